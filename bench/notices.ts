import { setTimeout as delay } from 'node:timers/promises'
import { createHmac, randomUUID } from 'node:crypto'
import { REST } from '@discordjs/rest'
import { Routes } from 'discord-api-types/v10'
import { prepareProcesses, type Processes, until, withClient } from './processes.ts'
import { median, printTable } from './report.ts'
import type { Stage } from './stage.ts'

const secret = 'a secret of the webhook for this run'
/** Discord takes five messages in five seconds in each channel, and fifty requests a second from a bot. */
const channelCount = 60
const channels = Array.from({ length: channelCount }, (_, at) => ({
  id: String(700_000_000_000_000_001n + BigInt(at)),
  name: `channel-${at}`,
}))
const delivered = 600
const waiting = 10_000
const perDigest = 10

/**
 * From a delivery of GitHub to the message, beside the same number of messages posted by discord.js alone; and what waits after an
 * outage, beside the time that Discord's limits leave for it.
 */
export async function measureNotices(stage: Stage): Promise<void> {
  const { url } = await stage.database()
  const processes = await prepareProcesses(stage, { databaseUrl: url, channels })
  const api = await processes.start('api', { GITHUB_WEBHOOK_SECRET: secret })
  await sendEachToItsChannel(url)
  const reference = await postBesides(processes)
  const worker = await processes.start('worker')
  const way = await deliverAll(processes)
  await worker.stop()
  await api.stop()
  const drain = await drainWaiting(processes, url)
  printTable(
    'notices: from GitHub’s delivery to the message in Discord',
    ['', 'measured', 'beside it', 'share'],
    [
      [
        `${delivered} failed workflows, ${channelCount} channels`,
        `${rate(delivered, way.ms)}, p50 of the answer ${Math.round(median(way.answersMs))} ms`,
        `discord.js alone: ${rate(delivered, reference)}`,
        (reference / way.ms).toFixed(2),
      ],
      [
        `${waiting.toLocaleString('en')} that waited an hour, in ${drain.messages} messages`,
        `${(drain.ms / 1000).toFixed(0)} s, ${drain.refusals} refused with 429`,
        `what Discord’s limits allow: ${(drain.leastMs / 1000).toFixed(0)} s`,
        (drain.leastMs / drain.ms).toFixed(2),
      ],
    ],
  )
}

const rate = (count: number, ms: number) => `${Math.round((count * 1000) / ms)} a second`
const repositoryOf = (at: number) => `bench/site-${at % channelCount}`

async function sendEachToItsChannel(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    for (const [at, { id }] of channels.entries())
      await client.query(
        `insert into notice_rule (id, source, repository, place_kind, place_id) values (gen_random_uuid(), 'github', $1, 'channel', $2)`,
        [repositoryOf(at), id],
      )
  })
}

/** The same messages, posted as fast as discord.js lets through. */
async function postBesides({ discord, environment }: Processes): Promise<number> {
  const rest = new REST({ api: discord.url, version: '10' }).setToken(environment['DISCORD_TOKEN'] ?? '')
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: delivered }, (_, at) =>
      rest.post(Routes.channelMessages(channels[at % channelCount]?.id ?? ''), {
        body: { content: `${at}` },
      }),
    ),
  )
  return performance.now() - startedAt
}

async function deliverAll({ apiUrl, discord }: Processes): Promise<{ ms: number; answersMs: number[] }> {
  const before = told(discord)
  const answersMs: number[] = []
  const startedAt = performance.now()
  const numbers = Array.from({ length: delivered }, (_, at) => at)
  const deliverNext = async (): Promise<void> => {
    for (let at = numbers.shift(); at !== undefined; at = numbers.shift()) {
      const askedAt = performance.now()
      await deliver(apiUrl, failedRun(at))
      answersMs.push(performance.now() - askedAt)
    }
  }
  await Promise.all(Array.from({ length: 8 }, deliverNext))
  await until('everything was told', async () => told(discord) - before >= delivered)
  return { ms: performance.now() - startedAt, answersMs }
}

const told = (discord: Processes['discord']): number =>
  channels.reduce((sum, { id }) => sum + discord.messagesIn(id).length, 0)

async function deliver(apiUrl: string, payload: object): Promise<void> {
  const body = JSON.stringify(payload)
  const answer = await fetch(`${apiUrl}/api/v1/hooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'workflow_run',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  })
  if (answer.status !== 202)
    throw new Error(`the delivery was answered ${answer.status}: ${await answer.text()}`)
}

/** Each of a workflow of its own. */
function failedRun(at: number): object {
  const now = new Date().toISOString()
  const sha = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678'
  return {
    action: 'completed',
    repository: { id: at, full_name: repositoryOf(at), default_branch: 'main' },
    sender: { login: 'octocat' },
    workflow: { id: at, name: 'CI' },
    workflow_run: {
      id: at,
      name: 'CI',
      workflow_id: at,
      run_number: 1,
      run_attempt: 1,
      conclusion: 'failure',
      status: 'completed',
      event: 'push',
      html_url: `https://github.com/${repositoryOf(at)}/actions/runs/${at}`,
      head_branch: 'main',
      head_sha: sha,
      head_repository: { id: at, full_name: repositoryOf(at), owner: { login: 'bench' } },
      run_started_at: now,
      updated_at: now,
      head_commit: {
        id: sha,
        message: 'A change',
        timestamp: now,
        author: { name: 'Mona', email: 'mona@example.org' },
      },
    },
  }
}

/** What a worker finds after an outage of an hour. */
async function drainWaiting(processes: Processes, databaseUrl: string) {
  const { discord } = processes
  await withClient(databaseUrl, async (client) => {
    await client.query('delete from notice; delete from topic')
    await client.query(
      `with told as (
         insert into topic (id, source, event, severity, state, facts, happened_at, began_at)
         select gen_random_uuid(), 'api', 'notice.open', 'info', 'resolved',
           jsonb_build_object('kind', 'own-notice', 'title', 'Notice ' || at, 'text', 'What happened then.', 'fields', '[]'::jsonb,
             'url', null, 'by', jsonb_build_object('username', 'ada', 'token', 'bench')),
           now() - interval '1 hour', now() - interval '1 hour'
         from generate_series(1, $1::integer) as at returning id)
       insert into notice (id, kind, destination_kind, destination_id, topic_id, body, created_at, due_at)
       select gen_random_uuid(), 'topic', 'channel', ($2::text[])[1 + (row_number() over ()) % $3::integer], id, '{}',
         now() - interval '1 hour', now() - interval '1 hour' from told`,
      [waiting, channels.map(({ id }) => id), channelCount],
    )
    await client.query('analyze notice; analyze topic')
  })
  // A worker that has just started knows nothing of what others sent into its channels' windows of five seconds.
  await delay(5000)
  const [before, refusedBefore] = [told(discord), discord.rateLimited]
  const startedAt = performance.now()
  const worker = await processes.start('worker')
  await withClient(databaseUrl, (client) =>
    until('all was told', async () => {
      const { rows } = await client.query<{ left: number }>(
        `select count(*)::integer as left from notice where state = 'queued'`,
      )
      return rows[0]?.left === 0
    }),
  )
  const ms = performance.now() - startedAt
  await worker.stop()
  await requireAllTold(processes, databaseUrl)
  const refusals = discord.rateLimited - refusedBefore
  if (refusals > 0) throw new Error(`Discord’s limits were exceeded ${refusals} times`)
  const messages = told(discord) - before
  const perChannel = Math.ceil(waiting / perDigest / channelCount)
  // Five at once, then five more every five seconds; and all together fifty a second.
  const leastMs = Math.max(Math.floor((perChannel - 1) / 5) * 5000, (waiting / perDigest / 50) * 1000)
  return { ms, messages, leastMs, refusals }
}

/** Each of them is shown, and once. */
async function requireAllTold({ discord }: Processes, databaseUrl: string): Promise<void> {
  const titles = channels
    .flatMap(({ id }) => discord.messagesIn(id))
    .flatMap(({ embeds }) => embeds.map(({ title }) => /Notice \d+$/.exec(title ?? '')?.[0] ?? ''))
    .filter((title) => title !== '')
  const [shown, different] = [titles.length, new Set(titles).size]
  if (shown !== waiting || different !== waiting)
    throw new Error(`${shown} notices are shown, ${different} different ones, of ${waiting}`)
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ failed: number }>(
      `select count(*)::integer as failed from notice where state = 'failed'`,
    )
    if (rows[0]?.failed !== 0) throw new Error(`${rows[0]?.failed} notices were given up`)
  })
}
