import type { Slapd } from '../sandbox/servers/slapd.ts'
import { runLdapTool } from './ldap-tools.ts'
import { applyAll, howTheyEnded, listOf, uidOf } from './latency-queue.ts'
import { mb, watch } from './memory.ts'
import { mirrored, prepareProcesses, until, withClient } from './processes.ts'
import type { Stage } from './stage.ts'

/** One after the other, so that each is a read of the whole list. */
const times = 10

export const workerColumns: readonly string[] = [
  'members',
  'first read of the directory',
  `${times} changes applied`,
  `${times} edits by another tool read`,
]

/** A worker on a directory with one list of so many members: what it takes to read that, to change it, and to read it again. */
export async function workerOnLargeList(stage: Stage, slapd: Slapd, members: number): Promise<string[]> {
  const database = await stage.database()
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory: slapd })
  const worker = await processes.start('worker')
  const during = async (work: () => Promise<void>) => {
    const watching = watch(new Map([['worker', worker] as const]))
    await work()
    return mb((await watching.stop()).get('worker'))
  }
  const each = async (from: number, work: (uid: string) => Promise<unknown>) => {
    for (let count = 0; count < times; count += 1) await work(uidOf(from + count))
  }
  const first = await during(() => mirrored(database.url))
  const list = listOf(0)
  const applied = await during(() => each(members, (uid) => applyAll(database.url, [{ uid, list }])))
  const ended = await howTheyEnded(database.url)
  if (ended !== `applied: ${times}`) throw new Error(`the changes ended as ${ended}`)
  const read = await during(() =>
    each(members + times, async (uid) => {
      const person = `uid=${uid},${slapd.peopleBase}`
      const input = `dn: cn=${list},${slapd.listsBase}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${person}\n`
      await runLdapTool('ldapmodify', slapd, { input })
      await shows(database.url, uid)
    }),
  )
  for (const server of [worker, processes.discord]) await server.stop()
  return [first, applied, read]
}

async function shows(databaseUrl: string, uid: string): Promise<void> {
  await withClient(databaseUrl, (client) =>
    until('the mirror shows the edit', async () => {
      const { rowCount } = await client.query(
        'select from membership s join member m on m.id = s.member_id where m.uid = $1',
        [uid],
      )
      return rowCount === 1
    }),
  )
}
