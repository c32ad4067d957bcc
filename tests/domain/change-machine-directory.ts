import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import type { Directory } from '../../adapters/ldap/directory.ts'
import type { ListRead, PersonEntry } from '../../domain/contracts/directory.ts'

/** What becomes of an operation that a worker waits for. */
export type Verdict = 'go' | 'transient' | 'pause' | 'no-answer'

/** Where a worker stands: before its read or before it has what it read, before its modify or before it has the answer. */
export type Gate = (where: 'read' | 'seen' | 'modify' | 'answer') => Promise<Verdict>

type Version = { members: ReadonlySet<string>; by: 'seed' | 'outside' | 'worker'; touched: string[] }

/** A directory in memory whose every version is kept, for asking afterwards who changed what. */
export type FakeDirectory = {
  /** How a worker sees it; each of its operations waits at the gate. */
  behind: (gate: Gate, options: { observes: boolean }) => Directory
  readList: (list: string) => ListRead
  /** What another tool does. Nothing happens where it is so already. */
  edit: (list: string, uid: string, on: boolean) => void
  /** The versions of a list, the first one is number 0. */
  historyOf: (list: string) => readonly Version[]
  numberOf: (version: string) => number
}

export const entryOf = (name: string): string => `entry-${name}`
const dnOf = (name: string): string => `cn=${name},ou=lists,dc=example,dc=org`
/** In the form of an entryCSN, so that it is compared as one. */
export const versionOf = (number: number): string =>
  `20260101000000.000000Z#${String(number).padStart(6, '0')}#000#000000`

/** Lists of the class posixGroup: a member's value is their uid. A value of `refused` can't be added (code 19). */
export function createFakeDirectory(
  seed: Readonly<Record<string, readonly string[]>>,
  { people, refused }: { people: readonly string[]; refused: string },
): FakeDirectory {
  const lists = new Map(
    Object.entries(seed).map(([name, members]): [string, Version[]] => [
      name,
      [{ members: new Set(members), by: 'seed', touched: [] }],
    ]),
  )
  const historyOf = (list: string) => {
    const history = lists.get(list)
    if (!history) throw new Error(`there is no list ${list}`)
    return history
  }
  const now = (list: string) => historyOf(list).at(-1)?.members ?? new Set<string>()
  const write = (list: string, by: Version['by'], change: { add: string[]; remove: string[] }) => {
    const members = new Set(now(list))
    for (const uid of change.remove) members.delete(uid)
    for (const uid of change.add) members.add(uid)
    return historyOf(list).push({ members, by, touched: [...change.add, ...change.remove] }) - 1
  }
  const readList = (list: string): ListRead => ({
    list: {
      entryUuid: entryOf(list),
      version: versionOf(historyOf(list).length - 1),
      dn: dnOf(list),
      name: list,
      displayName: list,
      description: '',
      ownerKeys: [],
    },
    members: new Map([...now(list)].map((uid) => [uid, uid])),
  })
  const nameOf = (whose: (name: string) => string, value: string) => {
    const name = [...lists.keys()].find((one) => whose(one) === value)
    if (name === undefined) throw new Error(`there is no list ${value}`)
    return name
  }

  return {
    readList,
    historyOf,
    numberOf: (version) => Number(version.split('#')[1]),
    edit: (list, uid, on) => {
      if (now(list).has(uid) !== on) write(list, 'outside', { add: on ? [uid] : [], remove: on ? [] : [uid] })
    },
    behind: (gate, { observes }) => {
      const known: Partial<Directory> = {
        listClass: 'posixGroup',
        memberAttribute: 'memberUid',
        needsPlaceholder: false,
        keyOf: (value) => value,
        findList: async (entryUuid) => {
          refuse(await gate('read'))
          const read = readList(nameOf(entryOf, entryUuid))
          refuse(await gate('seen'))
          return read
        },
        findPeople: async (ids) => people.filter((uid) => ids.includes(entryOf(uid))).map(personOf),
        modifyMembers: async (dn, change) => {
          if (observes) throw new Error('a worker that only observes has written')
          refuse(await gate('modify'))
          const list = nameOf(dnOf, dn)
          const { add, remove } = asDifference(now(list), change)
          if (change.version !== readList(list).list.version)
            throw new DirectoryFailure('recompute', 122, 'assertion failed')
          if (add.includes(refused)) throw new DirectoryFailure('permanent', 19, 'constraint violation')
          if (add.some((uid) => now(list).has(uid))) throw new DirectoryFailure('recompute', 20, 'is there')
          if (remove.some((uid) => !now(list).has(uid))) throw new DirectoryFailure('recompute', 16, 'is not')
          const version = write(list, 'worker', { add, remove })
          refuse(await gate('answer'))
          return versionOf(version)
        },
        probe: () => Promise.resolve(),
        healthy: () => Promise.resolve(true),
        capabilities: () =>
          Promise.resolve({ assertion: true, postRead: true, paged: true, syncrepl: true, contextCsn: true }),
      }
      return new Proxy(known as Directory, {
        get: (target, name: keyof Directory) => {
          if (!(name in target)) throw new Error(`the directory of this test has no ${name}`)
          return target[name]
        },
      })
    },
  }
}

function refuse(verdict: Verdict): void {
  if (verdict === 'transient') throw new DirectoryFailure('transient', 51, 'busy')
  if (verdict === 'pause') throw new DirectoryFailure('pause', 50, 'insufficient access')
  if (verdict === 'no-answer') throw new DirectoryFailure('unknown-outcome', null, 'connection closed')
}

/** A replace of everything is the same as adding and removing what differs. */
function asDifference(
  now: ReadonlySet<string>,
  change: { add: string[]; remove: string[]; replaceWith?: string[] },
): { add: string[]; remove: string[] } {
  const { replaceWith } = change
  if (replaceWith === undefined) return change
  return {
    add: replaceWith.filter((uid) => !now.has(uid)),
    remove: [...now].filter((uid) => !replaceWith.includes(uid)),
  }
}

const personOf = (uid: string): PersonEntry => ({
  entryUuid: entryOf(uid),
  version: versionOf(0),
  dn: `uid=${uid},ou=people,dc=example,dc=org`,
  dnKey: `uid=${uid},ou=people,dc=example,dc=org`,
  uid,
  displayName: uid,
  mails: [`${uid}@example.org`],
  gidNumber: null,
})
