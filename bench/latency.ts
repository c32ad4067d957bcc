import { setTimeout as delay } from 'node:timers/promises'
import type { DiscordUser } from '../sandbox/discord/stand-in.ts'
import { findFerretDb, startFerretDb } from '../sandbox/servers/ferretdb.ts'
import { mirrored, prepareProcesses, type Processes, withClient } from './processes.ts'
import { ms, percentile, printTable } from './report.ts'
import type { Stage } from './stage.ts'

const size = { people: 2000, lists: 50, membersPerList: 100 }
/** The last people of `bigLdif` are on no list. */
const users = 20
const interactions = 200
const perSecond = 20

/** From an interaction's dispatch, in milliseconds: to the reply that tells its end, and to the change in the directory. */
type Way = { replyMs: number; directoryMs: number }
type Measured = { name: string; ways: Way[]; targets: [string, string] }

/** From Discord through bot, api, job, worker and directory back to the edited reply, on each job store. */
export async function measureLatency(stage: Stage): Promise<void> {
  const measured = await measureStore(stage, 'Postgres', null)
  const binary = findFerretDb()
  if (binary !== null) {
    const { url: postgresUrl } = await stage.database('template0')
    const ferretDb = await startFerretDb({ binary, postgresUrl, dir: await stage.folder('ferretdb') })
    stage.keep(ferretDb)
    measured.push(...(await measureStore(stage, 'FerretDB for MongoDB', `${ferretDb.url}jobs`)))
  }
  const rows = measured.map(({ name, ways, targets }) => {
    const figures = (of: keyof Way) =>
      [0.5, 0.99].map((share) =>
        ms(
          percentile(
            ways.map((way) => way[of]),
            share,
          ),
        ),
      )
    return [name, ...figures('replyMs'), ...figures('directoryMs'), ...targets]
  })
  printTable(
    `latency: /subscribe, ${interactions} each, from its dispatch to the final reply (and to the directory)`,
    ['', 'reply p50', 'p99', 'directory p50', 'p99', 'target p50', 'p99'],
    rows,
  )
  if (binary === null) console.log('FerretDB is not built here: the MongoDB store was not measured.')
}

async function measureStore(stage: Stage, store: string, jobsUrl: string | null): Promise<Measured[]> {
  const [database, directory] = [await stage.database(), await stage.directory(size)]
  const processes = await prepareProcesses(stage, {
    databaseUrl: database.url,
    directory,
    ...(jobsUrl === null ? {} : { jobsUrl }),
  })
  const children = await Promise.all((['api', 'worker', 'bot'] as const).map((name) => processes.start(name)))
  await mirrored(database.url)
  const subscribe = subscriber(processes, await linkedUsers(processes, database.url))
  const targets: [string, string] = jobsUrl === null ? ['< 60 ms', '< 250 ms'] : ['< 150 ms', '']
  for (let count = 0; count < users; count += 1) await subscribe()

  const alone: Way[] = []
  for (let count = 0; count < interactions; count += 1) alone.push(await subscribe())
  const atOnce: Promise<Way>[] = []
  const startedAt = performance.now()
  for (let count = 0; count < interactions; count += 1) {
    await delay(Math.max(0, startedAt + (count * 1000) / perSecond - performance.now()))
    atOnce.push(subscribe())
  }
  const together = await Promise.all(atOnce)
  for (const server of [...children, directory, processes.discord]) await server.stop()
  return [
    { name: `${store}, one at a time`, ways: alone, targets },
    { name: `${store}, ${perSecond} a second`, ways: together, targets },
  ]
}

/** Accounts of people who are on no list, linked as the page would have linked them. */
export async function linkedUsers({ discord }: Processes, databaseUrl: string): Promise<DiscordUser[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string; uid: string }>(
      'select id, uid from member order by uid desc limit $1',
      [users],
    )
    const linked: DiscordUser[] = []
    for (const [at, { id, uid }] of rows.entries()) {
      const user = discord.addUser({
        id: String(6n * 10n ** 17n + BigInt(at)),
        username: uid,
        locale: 'en-US',
      })
      await client.query(
        'insert into discord_link (id, discord_user_id, member_id) values (uuidv7(), $1, $2)',
        [user.id, id],
      )
      linked.push(user)
    }
    return linked
  })
}

/** Each call subscribes the next user to the next list, a pair that did not come before. */
export function subscriber({ discord }: Processes, linked: readonly DiscordUser[]): () => Promise<Way> {
  let next = 0
  return async () => {
    const user = linked[next % linked.length]
    const list = `list${String(Math.floor(next / linked.length)).padStart(4, '0')}`
    next += 1
    if (!user) throw new Error('nobody is linked')
    const dispatchedAt = performance.now()
    const handle = await discord.slash(user, 'subscribe', { list })
    const reply = await handle.until(({ content }) => content.includes('✅'))
    const repliedAt = performance.now()
    return {
      replyMs: repliedAt - dispatchedAt,
      directoryMs: writtenAt(reply.content) - (performance.timeOrigin + dispatchedAt),
    }
  }
}

/** When the directory had it: the reply carries the entry's new entryCSN, which begins with slapd's own clock. */
function writtenAt(content: string): number {
  const [, day, hour, minute, second] = /(\d{8})(\d{2})(\d{2})(\d{2}\.\d{6})Z#/.exec(content) ?? []
  if (day === undefined) throw new Error(`the reply names no version: ${content}`)
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`
  return Date.parse(`${date}T${hour}:${minute}:00Z`) + Number(second) * 1000
}
