import { setTimeout as delay } from 'node:timers/promises'
import type { Change } from '../../domain/contracts/change.ts'
import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { type Said, sayUntilAnswered } from './say.ts'
import { oneOf, seeded } from './seeded.ts'

const names = ['astronomy', 'ballet', 'crochet', 'debate', 'esperanto'] as const
const newcomers = ['bob', 'mallory', 'niaj', 'olivia', 'peggy'] as const

/** A list as the keeper last had it, by what was accepted. */
type Kept = { description: string; members: ReadonlySet<string> }

export type Keeper = {
  /** By name. */
  lists: ReadonlyMap<string, Kept>
  /** Ids of changes by which people were put on them. */
  changes: readonly string[]
  /** What the API said that can't be. */
  wrong: readonly string[]
  told: () => string
  /** Nothing more is begun; resolves once what was said has its answer. */
  stop: () => Promise<void>
  /** When all is quiet: makes a list of each name that nobody has. */
  takeWhatIsFree: () => Promise<void>
}

type Word = Omit<Said, 'account' | 'key'> & {
  /** Refusals that may come at any time, such as that the list is being made this moment. */
  mayBe: readonly string[]
  accepted: (lists: Map<string, Kept>) => void
}

/**
 * An admin who makes lists, puts people on them, renames, describes and deletes them, one word after the other, whatever becomes of it. What is
 * deleted is made anew under its old name soon.
 */
export async function startKeeper(
  system: ChaosSystem,
  { seed, everyMs, account }: { seed: number; everyMs: number; account: string },
): Promise<Keeper> {
  const lists = new Map<string, Kept>()
  const changes: string[] = []
  const wrong: string[] = []
  const stopping = new AbortController()
  const random = seeded(seed + 2)
  const count = { said: 0, accepted: 0 }

  const say = async ({ mayBe, accepted, ...said }: Word) => {
    const key = `keeper-${seed}-${count.said}`
    const { status, text } = await sayUntilAnswered(system, { ...said, account, key }, () => {})
    if (status === 200 || status === 202) {
      count.accepted += 1
      accepted(lists)
      if (said.path.includes('/members/')) changes.push((JSON.parse(text) as Change).id ?? '')
    } else if (!mayBe.some((reason) => text.includes(`"${reason}"`)))
      wrong.push(`${said.method} ${said.path}: ${status} ${text}`)
  }
  const keep = async () => {
    while (!stopping.signal.aborted) {
      count.said += 1
      await say(nextWord(lists, random, count.said))
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => null)
    }
  }
  const keeping = keep()
  keeping.catch(() => null)
  return {
    lists,
    changes,
    wrong,
    told: () => `${count.said} words of an admin about lists, ${count.accepted} of them accepted`,
    stop: async () => {
      stopping.abort()
      await keeping
    },
    takeWhatIsFree: async () => {
      for (const name of names.filter((one) => !lists.has(one))) {
        count.said += 1
        await say({ ...creation(name, 'The last'), mayBe: [] })
      }
    },
  }
}

function nextWord(lists: ReadonlyMap<string, Kept>, random: () => number, number: number): Word {
  const name = oneOf(names, random)
  const kept = lists.get(name)
  const description = `As of word ${number}`
  const path = `/admin/lists/${name}`
  // The one of before is not deleted yet, or not renamed.
  if (kept === undefined) return { ...creation(name, description), mayBe: ['LIST_NAME_TAKEN'] }
  switch (oneOf(['delete', 'describe', 'rename', 'join', 'join'] as const, random)) {
    case 'delete':
      return { method: 'DELETE', path, mayBe: ['LIST_CREATING'], accepted: (all) => void all.delete(name) }
    case 'describe':
      return {
        method: 'PATCH',
        path,
        body: { description },
        mayBe: ['LIST_CREATING'],
        accepted: (all) => void all.set(name, { ...kept, description }),
      }
    case 'rename': {
      const to = oneOf(names, random)
      return {
        method: 'PATCH',
        path,
        body: { name: to },
        mayBe: to === name ? ['LIST_CREATING'] : ['LIST_CREATING', 'LIST_NAME_TAKEN'],
        accepted: (all) => {
          all.delete(name)
          all.set(to, kept)
        },
      }
    }
    case 'join': {
      const uid = oneOf(newcomers, random)
      const members = new Set([...kept.members, uid])
      return {
        method: 'PUT',
        path: `${path}/members/${uid}`,
        mayBe: [],
        accepted: (all) => void all.set(name, { ...kept, members }),
      }
    }
  }
}

const creation = (name: string, description: string): Omit<Word, 'mayBe'> => ({
  method: 'POST',
  path: '/admin/lists',
  body: { name, description },
  accepted: (all) => void all.set(name, { description, members: new Set() }),
})

/** Where the directory, or the mirror, is not as the keeper's last words were. */
export async function listsApart(system: ChaosSystem, { lists, wrong }: Keeper): Promise<string[]> {
  const wanted = [...lists].map(([name, { description, members }]) =>
    spelledOut({ name, state: 'active', description, members }),
  )
  return [
    ...wrong,
    ...apart('the directory', wanted, await inDirectory(system)),
    ...apart('the mirror', wanted, await inMirror(system)),
  ]
}

type Shown = { name: string; state: string; description: string; members: Iterable<string> }

const isKept = ({ name }: { name: string }) => (names as readonly string[]).includes(name)

const spelledOut = ({ name, state, description, members }: Shown) =>
  `${name}, ${state}: ${description} (${[...members].toSorted().join(' ')})`

async function inMirror({ db }: ChaosSystem): Promise<string[]> {
  const found = await rows<Shown>(
    db,
    `select l.name, l.state, l.description,
       array(select m.uid from membership s join member m on m.id = s.member_id where s.list_id = l.id) as members
     from list l where l.state <> 'gone'`,
  )
  return found.filter(isKept).map(spelledOut)
}

async function inDirectory({ directory }: ChaosSystem): Promise<string[]> {
  const ldif = await directory.ldapsearch(directory.listsBase, '(cn=*)', 'cn', 'description')
  const found = ldif.split('\n\n').map((entry) => ({
    name: /^cn: (.*)$/m.exec(entry)?.[1] ?? '',
    description: /^description: (.*)$/m.exec(entry)?.[1] ?? '',
  }))
  return Promise.all(
    found.filter(isKept).map(async (entry) => {
      const values = await directory.membersOf(entry.name)
      const members = newcomers.filter((uid) => values.includes(directory.memberValue(uid)))
      return spelledOut({ ...entry, state: 'active', members })
    }),
  )
}

function apart(where: string, wanted: readonly string[], found: readonly string[]): string[] {
  const [one, other] = [wanted.toSorted().join('\n  '), found.toSorted().join('\n  ')]
  return one === other
    ? []
    : [`${where} does not have the lists that were asked for:\n  ${one}\nbut\n  ${other}`]
}
