import { v7 } from 'uuid'
import { bareRecords } from './bare-records.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { runLdapTool } from './ldap-tools.ts'
import { mirrored, prepareProcesses, until, withClient } from './processes.ts'
import { median, printTable, times } from './report.ts'
import type { Stage } from './stage.ts'

const rounds = 3
const size = { people: 2000, lists: 100, membersPerList: 100 }
const changesPerList = 100
const changes = size.lists * changesPerList

type Accesslog = 'on' | 'off'
type Measured = 'ours' | 'theirs' | 'records' | 'both'

/**
 * How fast one worker applies what is queued, beside ldapmodify with the modifies that come of it: on a directory that logs its
 * writes for replicas, as one does that has some, and on one that does not.
 */
export async function measureApply(stage: Stage): Promise<void> {
  printTable(
    `apply: ${changes} changes over ${size.lists} lists, ${rounds} rounds, each on fresh servers`,
    ['', 'changes/s', 'share', 'target'],
    [
      ...(await measureOn(stage, 'on', 'with accesslog', '>= 0.5')),
      ...(await measureOn(stage, 'off', 'without', '')),
    ],
  )
}

async function measureOn(
  stage: Stage,
  accesslog: Accesslog,
  label: string,
  target: string,
): Promise<string[][]> {
  const measured: Record<Measured, number>[] = []
  for (let round = 0; round < rounds; round += 1)
    measured.push({
      ours: changes / (await applyByWorker(stage, accesslog)),
      theirs: changes / (await byItself(await byLdapmodify(stage, accesslog))),
      records: changes / (await byItself(await bareRecords(stage, { ...size, changesPerList }))),
      both: changes / (await bothAtOnce(stage, accesslog)),
    })
  const row = (name: string, which: Measured, aim = '') => [
    `${name}, ${label}`,
    median(measured.map((one) => one[which])).toFixed(0),
    which === 'theirs' ? '' : times(median(measured.map((one) => one[which] / one.theirs))),
    aim,
  ]
  return [
    row('one worker, from its waking to the last that ended', 'ours', target),
    row('Postgres alone, the least that has to be written for each, by bare SQL', 'records'),
    row('that beside ldapmodify, until both are done', 'both'),
    row(`ldapmodify, ${size.lists} modifies of ${changesPerList} values`, 'theirs'),
  ]
}

type Once = { run: () => Promise<number>; end: () => Promise<void> }

async function byItself(once: Once): Promise<number> {
  const seconds = await once.run()
  await once.end()
  return seconds
}

/** Seconds until the directory has all and Postgres has recorded all, neither waiting for the other. What is looked at afterwards is not in them. */
async function bothAtOnce(stage: Stage, accesslog: Accesslog): Promise<number> {
  const both: Once[] = [
    await byLdapmodify(stage, accesslog),
    await bareRecords(stage, { ...size, changesPerList }),
  ]
  const seconds = Math.max(...(await Promise.all(both.map((one) => one.run()))))
  for (const one of both) await one.end()
  return seconds
}

/** Seconds. */
async function applyByWorker(stage: Stage, accesslog: Accesslog): Promise<number> {
  const [database, directory] = [await stage.database(), await stage.directory(size, { accesslog })]
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const worker = await processes.start('worker')
  await mirrored(database.url)
  const seconds = await applyQueued(database.url)
  await checkDirectory(directory)
  await end([worker, directory, processes.discord])
  return seconds
}

/** Queues changes for the first lists of the mirror and waits until a running worker has applied them all; gives the seconds that took. */
export async function applyQueued(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    await client.query('begin')
    const { rows: members } = await client.query<{ id: string; uid: string }>(
      'select id, uid from member order by uid',
    )
    const { rows: lists } = await client.query<{ id: string; name: string }>(
      'select id, name from list order by name',
    )
    const idOf = new Map(members.map(({ id, uid }) => [uid, id]))
    const queued = lists
      .slice(0, size.lists)
      .flatMap((list, at) =>
        newcomersOf(at).map((uid) => ({ id: v7(), list_id: list.id, member_id: idOf.get(uid) })),
      )
    await client.query(
      `insert into change (id, list_id, member_id, action, state, requested_by, via)
       select r.id, r.list_id, r.member_id, 'subscribe', 'queued', r.member_id, 'api'
       from jsonb_to_recordset($1) as r (id uuid, list_id uuid, member_id uuid)`,
      [JSON.stringify(queued)],
    )
    await client.query(
      `select pg_notify('change_queued', lane::text) from (select distinct lane from list) l`,
    )
    await client.query('commit')
    const startedAt = performance.now()
    await until('every change has ended', async () => {
      const { rows } = await client.query(
        `select from change where state in ('awaiting_approval', 'queued', 'applying') limit 1`,
      )
      return rows.length === 0
    })
    return (performance.now() - startedAt) / 1000
  })
}

/** `run` gives the seconds that it took, once; `end` sees whether it did what it should. */
async function byLdapmodify(stage: Stage, accesslog: Accesslog) {
  const directory = await stage.directory(size, { accesslog })
  const modifies = Array.from({ length: size.lists }, (_, at) => {
    const values = newcomersOf(at).map((uid) => `uniqueMember: uid=${uid},${directory.peopleBase}`)
    return [
      `dn: cn=${nameOf(at)},${directory.listsBase}`,
      'changetype: modify',
      'add: uniqueMember',
      ...values,
      '',
    ]
  })
  const input = `${modifies.map((lines) => lines.join('\n')).join('\n')}\n`
  return {
    run: async () => (await runLdapTool('ldapmodify', directory, { input })).seconds,
    end: async () => {
      await checkDirectory(directory)
      await end([directory])
    },
  }
}

/** People who are not on that list yet: its members are those that follow 37 times its number. */
function newcomersOf(list: number): string[] {
  return Array.from({ length: changesPerList }, (_, at) => {
    const person = (list * 37 + size.membersPerList + at) % size.people
    return `p${String(person).padStart(6, '0')}`
  })
}

const nameOf = (list: number): string => `list${String(list).padStart(4, '0')}`

/** @throws {Error} when a list has not got all of its new members. */
async function checkDirectory(directory: Slapd): Promise<void> {
  const { lines } = await runLdapTool('ldapsearch', directory, {
    args: ['-LLL', '-o', 'ldif-wrap=no', '-b', directory.listsBase, '(cn=*)', 'uniqueMember'],
    counted: /^uniqueMember:/,
  })
  // And the placeholder.
  const expected = size.lists * (1 + size.membersPerList + changesPerList)
  if (lines !== expected) throw new Error(`the lists have ${lines} members instead of ${expected}`)
}

async function end(servers: readonly { stop: () => Promise<void> }[]): Promise<void> {
  for (const server of servers) await server.stop()
}
