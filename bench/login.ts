import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'ldapts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { residentBytes } from './memory.ts'
import { mirrored, prepareProcesses } from './processes.ts'
import { median, ms, percentile, printTable, times } from './report.ts'
import type { Stage } from './stage.ts'

const password = 'everybody-has-this-one'
const size = { people: 2000, lists: 10, membersPerList: 10, password }
const rounds = 10
const loginsEach = 30
const badLogins = 10_000
const badAtOnce = 200

/** Signing in beside a bare bind; then good logins, and the api's memory, while many bad ones arrive from everywhere. */
export async function measureLogin(stage: Stage): Promise<void> {
  const [database, directory] = [await stage.database(), await stage.directory(size)]
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const worker = await processes.start('worker')
  await mirrored(database.url)
  await worker.stop()
  const api = await processes.start('api', {
    TRUST_PROXY: '127.0.0.1',
    SYNC_INTERVAL_S: '86400',
    LDAP_READ_BIND_DN: directory.reader.dn,
    LDAP_READ_BIND_PASSWORD: directory.reader.password,
  })
  const login = loginAt(processes.apiUrl)

  const ours: number[] = []
  const theirs: number[] = []
  const shares: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const both = { ours: await timed(loginsEach, login), theirs: await timed(loginsEach, bindTo(directory)) }
    // The first round warms up.
    if (round === 0) continue
    ours.push(...both.ours)
    theirs.push(...both.theirs)
    shares.push(percentile(both.ours, 0.5) / percentile(both.theirs, 0.5))
  }
  const before = await residentBytes(api.pid)
  const under = await underAttack(login, api.pid)
  printTable(
    `login: one at a time, ${rounds} rounds of ${loginsEach} in turns; then while ${badLogins} bad ones arrive, ${badAtOnce} at once`,
    ['', 'p50', 'p99', ''],
    [
      row('POST /auth/login', ours, `${times(median(shares))} times the bind`),
      row('ldapts: connect, bind, unbind', theirs, ''),
      row('good logins meanwhile', under.good, `${under.good.length} of them, all let in`),
      ['api, resident', mb(before), mb(under.peak), 'before, and at most'],
      [
        'bad logins',
        `${under.badPerSecond.toFixed(0)}/s`,
        '',
        `${under.refused} refused, ${under.limited} limited`,
      ],
    ],
  )
}

type Login = (at: number, given?: { password: string }) => Promise<number>

/** Signs in as the person of this number, from an address of its own. Gives the status. */
function loginAt(apiUrl: string): Login {
  return async (at, given = { password }) => {
    const answer = await fetch(`${apiUrl}/api/v1/auth/login`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`,
      },
      body: JSON.stringify({ username: uidOf(at), password: given.password }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
}

function bindTo(directory: Slapd): Login {
  return async (at) => {
    const client = new Client({ url: directory.url })
    await client.bind(`uid=${uidOf(at)},${directory.peopleBase}`, password)
    await client.unbind()
    return 200
  }
}

/** Milliseconds of each. @throws {Error} when one is not let in. */
async function timed(count: number, login: Login): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < count; at += 1) {
    const startedAt = performance.now()
    const status = await login(at)
    taken.push(performance.now() - startedAt)
    if (status !== 200) throw new Error(`a good login was answered with ${status}`)
  }
  return taken
}

async function underAttack(login: Login, apiPid: number) {
  const seen = { refused: 0, limited: 0, next: 0 }
  const good: number[] = []
  let peak = 0
  const attack = Array.from({ length: badAtOnce }, async () => {
    while (seen.next < badLogins) {
      seen.next += 1
      // A thousand names, and so ten guesses at each; the good logins are other people's.
      const status = await login(1000 + (seen.next % 1000), { password: `guess ${seen.next}` })
      if (status === 401) seen.refused += 1
      else if (status === 429) seen.limited += 1
      else throw new Error(`a bad login was answered with ${status}`)
    }
  })
  const startedAt = performance.now()
  const over = Promise.all(attack).then(() => true)
  while (!(await Promise.race([over, delay(50, false)]))) {
    good.push(...(await timed(1, (at) => login(at + (good.length % 900)))))
    peak = Math.max(peak, await residentBytes(apiPid))
  }
  return { ...seen, good, peak, badPerSecond: (badLogins / (performance.now() - startedAt)) * 1000 }
}

const row = (name: string, taken: readonly number[], more: string) => [
  name,
  ms(percentile(taken, 0.5)),
  ms(percentile(taken, 0.99)),
  more,
]

const uidOf = (at: number): string => `p${String(at % size.people).padStart(6, '0')}`
const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
