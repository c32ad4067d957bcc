import { openDirectory } from '../adapters/ldap/directory.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { runLdapTool } from './ldap-tools.ts'
import { applyAll, listOf, newcomersOf, type Wish } from './latency-queue.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses } from './processes.ts'
import { median, times } from './report.ts'
import type { Stage } from './stage.ts'
import { asWorker } from '../sandbox/servers/as-worker.ts'

const shapes = [
  { size: { people: 2000, lists: 100, membersPerList: 100 }, batch: 100, aim: '>= 0.6' },
  { size: { people: 3000, lists: 20, membersPerList: 100 }, batch: 1000, aim: '>= 0.8' },
] as const

type Shape = (typeof shapes)[number]
type Rates = { ldapmodify: number; adapter: number; whole: number }

/**
 * Changes that come together become one modify a list. Beside `ldapmodify` with the same modifies: what reading, planning and
 * writing cost with our adapter alone, and the whole way of a worker with Postgres. On a directory that has replicas.
 */
export async function coalescedBesideLdapmodify(stage: Stage, quick: boolean): Promise<Table> {
  const rounds = quick ? 1 : 3
  const rows: string[][] = []
  for (const shape of shapes) {
    const measured: Rates[] = []
    for (let round = 0; round < rounds; round += 1) measured.push(await rates(stage, shape))
    const rate = (which: keyof Rates) =>
      Math.round(median(measured.map((one) => one[which]))).toLocaleString('en')
    const share = (which: keyof Rates) => times(median(measured.map((one) => one[which] / one.ldapmodify)))
    const name = `${shape.size.lists} lists, ${shape.batch} values each`
    rows.push(
      [`${name}: ldapmodify`, rate('ldapmodify'), '', ''],
      [`${name}: our adapter, read and asserted modify`, rate('adapter'), share('adapter'), shape.aim],
      [`${name}: one worker, accepted to recorded`, rate('whole'), share('whole'), ''],
    )
  }
  return {
    title: `Coalesced changes beside ldapmodify with the same batches, ${rounds} rounds, each on fresh servers`,
    columns: ['', 'values/s', 'share', 'aim'],
    rows,
  }
}

async function rates(stage: Stage, shape: Shape): Promise<Rates> {
  const { size, batch } = shape
  const wishes = Array.from({ length: size.lists }, (_, list) => newcomersOf(list, batch, size))
  const values = size.lists * batch
  const onFresh = async (seconds: (directory: Slapd) => Promise<number>) => {
    const directory = await stage.directory(size, { accesslog: 'on' })
    const took = await seconds(directory)
    await directory.stop()
    return values / took
  }
  return {
    ldapmodify: await onFresh((directory) => byLdapmodify(directory, wishes)),
    adapter: await onFresh((directory) => byAdapter(directory, wishes)),
    whole: await onFresh((directory) => byWorker(stage, directory, wishes.flat())),
  }
}

const valueOf = ({ uid }: Wish, { peopleBase }: Slapd): string => `uid=${uid},${peopleBase}`

async function byLdapmodify(directory: Slapd, wishes: readonly Wish[][]): Promise<number> {
  const modifies = wishes.map((ofList, list) =>
    [
      `dn: cn=${listOf(list)},${directory.listsBase}`,
      'changetype: modify',
      'add: uniqueMember',
      ...ofList.map((wish) => `uniqueMember: ${valueOf(wish, directory)}`),
      '',
    ].join('\n'),
  )
  return (await runLdapTool('ldapmodify', directory, { input: `${modifies.join('\n')}\n` })).seconds
}

/** Its connection is there already, as a worker's is. */
async function byAdapter(slapd: Slapd, wishes: readonly Wish[][]): Promise<number> {
  const directory = openDirectory(asWorker(slapd))
  try {
    const ids = new Map<string, string>()
    for await (const piece of directory.readLists())
      for (const { name, entryUuid } of piece) ids.set(name, entryUuid)
    const startedAt = performance.now()
    for (const [list, ofList] of wishes.entries()) {
      const read = await directory.findList(ids.get(listOf(list)) ?? '')
      if (read === null) throw new Error(`${listOf(list)} is not there`)
      const add = ofList
        .map((wish) => valueOf(wish, slapd))
        .filter((value) => !read.members.has(directory.keyOf(value)))
      await directory.modifyMembers(read.list.dn, { add, remove: [], version: read.list.version })
    }
    return (performance.now() - startedAt) / 1000
  } finally {
    await directory.close()
  }
}

async function byWorker(stage: Stage, directory: Slapd, wishes: readonly Wish[]): Promise<number> {
  const database = await stage.database()
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const worker = await processes.start('worker')
  await mirrored(database.url)
  const seconds = await applyAll(database.url, wishes)
  await worker.stop()
  await processes.discord.stop()
  return seconds
}
