import autocannon from 'autocannon'
import { freePort } from '../sandbox/free-port.ts'
import { answers, nodeOptions, prepareProcesses, withClient } from './processes.ts'
import { median, ms, percentile, printTable, times } from './report.ts'
import type { Stage } from './stage.ts'

const members = 2000
const lists = 50
/** Everybody is on the first so many of the lists, and may ask for the others. */
const subscribed = 20
const rounds = 8
const roundS = 1
const connections = 10

type Server = { url: string; nextPair: number }
type Load = { perSecond: number; latenciesMs: number[] }
type Kind = { name: string; target: number; load: (server: Server, token: string) => Promise<Load> }

const kinds: readonly Kind[] = [
  { name: 'GET subscriptions (20 of 50 lists)', target: 0.6, load: readSubscriptions },
  { name: 'PUT one subscription', target: 0.5, load: putSubscriptions },
]

/** The real api beside a bare Fastify that runs the same statements, in turns, so that both have the same weather. */
export async function measureApi(stage: Stage): Promise<void> {
  const seeded = await stage.database()
  await seed(seeded.url)
  const [ours, theirs] = [await stage.database(seeded.name), await stage.database(seeded.name)]
  const processes = await prepareProcesses(stage, { databaseUrl: ours.url })
  await processes.start('api', { SYNC_INTERVAL_S: '86400' })
  const bareUrl = await startBare(stage, theirs.url, processes.serviceToken)
  const api: Server = { url: processes.apiUrl, nextPair: 0 }
  const bare: Server = { url: bareUrl, nextPair: 0 }

  const rows: string[][] = []
  for (const { name, target, load } of kinds) {
    const loads: { api: Load; bare: Load }[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const both = {
        api: await load(api, processes.serviceToken),
        bare: await load(bare, processes.serviceToken),
      }
      // The first round warms up.
      if (round > 0) loads.push(both)
    }
    const ratio = median(loads.map((both) => both.api.perSecond / both.bare.perSecond))
    rows.push(
      rowOf(
        `${name}, api`,
        loads.map((both) => both.api),
        times(ratio),
        `>= ${target}`,
      ),
    )
    rows.push(
      rowOf(
        `${name}, bare`,
        loads.map((both) => both.bare),
        '',
        '',
      ),
    )
  }
  printTable(
    `api: ${connections} connections, ${rounds} rounds of ${roundS} s in turns`,
    ['', 'requests/s', 'p50', 'p99', 'share', 'target'],
    rows,
  )
}

function rowOf(name: string, loads: readonly Load[], ratio: string, target: string): string[] {
  const latencies = loads.flatMap((load) => load.latenciesMs)
  const perSecond = median(loads.map((load) => load.perSecond)).toFixed(0)
  return [name, perSecond, ms(percentile(latencies, 0.5)), ms(percentile(latencies, 0.99)), ratio, target]
}

async function readSubscriptions({ url }: Server, token: string): Promise<Load> {
  const requests = Array.from({ length: members }, (_, at) => ({
    path: '/api/v1/user/subscriptions',
    headers: { authorization: `Bearer ${token}`, 'x-discord-user': accountOf(at) },
  }))
  return fire(url, 200, { requests })
}

/** Each request is a new change: no pair of member and list comes twice. */
async function putSubscriptions(server: Server, token: string): Promise<Load> {
  const next = (request: autocannon.Request): autocannon.Request => {
    const pair = server.nextPair
    server.nextPair += 1
    const list = subscribed + Math.floor(pair / members)
    if (list >= lists) throw new Error('there are no more pairs of member and list: take more members')
    const account = accountOf(pair % members)
    return {
      ...request,
      method: 'PUT',
      path: `/api/v1/user/subscriptions/${nameOf(list)}`,
      headers: {
        authorization: `Bearer ${token}`,
        'x-discord-user': account,
        'idempotency-key': `bench-${pair}`,
      },
    }
  }
  return fire(server.url, 202, { requests: [{ setupRequest: next }] })
}

async function fire(url: string, status: number, options: Partial<autocannon.Options>): Promise<Load> {
  const latenciesMs: number[] = []
  const unexpected = new Set<number>()
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(
      { url, connections, duration: roundS, ...options },
      (error: Error | null, result) => (error ? reject(error) : resolve(result)),
    )
    running.on('response', (_client, statusCode, _bytes, responseMs) => {
      latenciesMs.push(responseMs)
      if (statusCode !== status) unexpected.add(statusCode)
    })
  })
  if (unexpected.size > 0 || result.errors > 0)
    throw new Error(
      `${url} answered ${[...unexpected].join(', ')} instead of ${status}; ${result.errors} got no answer`,
    )
  return { perSecond: latenciesMs.length / result.duration, latenciesMs }
}

async function startBare(stage: Stage, databaseUrl: string, serviceToken: string): Promise<string> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await stage.process(
    'bench/bare-server.ts',
    { NODE_OPTIONS: nodeOptions, DATABASE_URL: databaseUrl, PORT: String(port), SERVICE_TOKEN: serviceToken },
    () =>
      answers(`${url}/api/v1/user/subscriptions`, {
        authorization: `Bearer ${serviceToken}`,
        'x-discord-user': accountOf(0),
      }),
  )
  return url
}

const accountOf = (member: number): string => String(10n ** 17n + BigInt(member))
const nameOf = (list: number): string => `list${String(list).padStart(2, '0')}`

async function seed(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       select uuidv7(), 'person' || n, 'v', 'uid=p' || n, 'uid=p' || n, 'p' || n, 'Person ' || n from generate_series(0, ${members - 1}) n`,
    )
    await client.query(
      `insert into discord_link (id, discord_user_id, member_id)
       select uuidv7(), (100000000000000000 + substr(uid, 2)::bigint)::text, id from member`,
    )
    await client.query(
      `insert into list (id, entry_uuid, version, dn, name, display_name, description, join_policy, lane)
       select uuidv7(), 'list' || n, 'v', 'cn=list' || n, 'list' || lpad(n::text, 2, '0'), 'list' || lpad(n::text, 2, '0'),
         'What list ' || n || ' is about', 'open', n % 16 from generate_series(0, ${lists - 1}) n`,
    )
    await client.query(
      `insert into membership (list_id, member_id)
       select l.id, m.id from list l, member m where substr(l.name, 5)::int < ${subscribed}`,
    )
    // What was asked for in the past: plans that are made for an empty table are of no use later.
    await client.query(
      `insert into change (id, list_id, member_id, action, state, requested_by, via, proof_version, proof_how, ended_at, told_at)
       select uuidv7(), list_id, member_id, 'subscribe', 'applied', member_id, 'api', 'v', 'modified', now(), now() from membership`,
    )
    await client.query(
      `insert into sync_run (id, mode, state, ended_at) values (uuidv7(), 'full', 'done', now())`,
    )
    await client.query('vacuum analyze')
  })
}
