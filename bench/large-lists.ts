import { type Directory, openDirectory } from '../adapters/ldap/directory.ts'
import type { MemberModify } from '../adapters/ldap/write/modify-members.ts'
import { workerColumns, workerOnLargeList } from './latency-large-worker.ts'
import type { Table } from './latency-table.ts'
import { median, ms } from './report.ts'
import type { Stage } from './stage.ts'
import { asWorker } from '../sandbox/servers/as-worker.ts'

const fullSizes = [2000, 10_000, 100_000]
const quickSizes = [2000, 5000]
const deltas = [1, 10, 100, 250, 1000]
const rounds = 3

/**
 * What a read of a large list costs, what adding and removing some of its values does, and what writing all of them anew does:
 * where a replace is cheaper (`isReplaceCheaper` in domain/rules/plan-modify.ts).
 */
export async function largeLists(stage: Stage, quick: boolean): Promise<Table[]> {
  const rows: string[][] = []
  const workers: string[][] = []
  for (const members of quick ? quickSizes : fullSizes) {
    const slapd = await stage.directory({ people: 2 * members, lists: 1, membersPerList: members })
    const directory = openDirectory({ ...asWorker(slapd), timeoutMs: 120_000 })
    const personDn = (number: number) => `uid=p${String(number).padStart(6, '0')},${slapd.peopleBase}`
    rows.push([members.toLocaleString('en'), ...(await measure(directory, members, personDn))])
    await directory.close()
    workers.push([members.toLocaleString('en'), ...(await workerOnLargeList(stage, slapd, members))])
    await slapd.stop()
  }
  return [
    {
      title: 'One list by its size, one modify each',
      columns: [
        'members',
        'read',
        ...deltas.map((count) => `add / remove ${count.toLocaleString('en')}`),
        'replace all',
      ],
      rows,
    },
    { title: 'The worker with that list: resident memory, at most', columns: workerColumns, rows: workers },
  ]
}

async function measure(
  directory: Directory,
  members: number,
  personDn: (number: number) => string,
): Promise<string[]> {
  const id = await onlyList(directory)
  const readMs = await medianOf(() => directory.findList(id))
  const read = await directory.findList(id)
  if (read === null) throw new Error('the list is gone')
  let { version } = read.list
  const modify = async (change: Partial<MemberModify>) => {
    version = await directory.modifyMembers(read.list.dn, { add: [], remove: [], ...change, version })
  }
  const deltaMs: string[] = []
  for (const count of deltas) {
    const values = Array.from({ length: count }, (_, at) => personDn(members + at))
    const adding: number[] = []
    const removing: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      adding.push(await spent(() => modify({ add: values })))
      removing.push(await spent(() => modify({ remove: values })))
    }
    deltaMs.push(`${ms(median(adding))} / ${ms(median(removing))}`)
  }
  const replaceWith = [...read.members.values()]
  return [ms(readMs), ...deltaMs, ms(await medianOf(() => modify({ replaceWith })))]
}

async function onlyList(directory: Directory): Promise<string> {
  for await (const [list] of directory.readLists()) if (list) return list.entryUuid
  throw new Error('there is no list')
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await spent(work))
  return median(all)
}

async function spent(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
