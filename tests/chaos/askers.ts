import { setTimeout as delay } from 'node:timers/promises'
import type { Change } from '../../domain/contracts/change.ts'
import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { type Said, sayUntilAnswered } from './say.ts'
import { oneOf, seeded } from './seeded.ts'

/** Whoever asks to join it needs an admin's yes. */
const list = 'alumni'
const people = ['victor', 'wendy'] as const
/** Each request is a message to admins, and Discord takes about one a second in a channel. */
const thinksMs = 2000
const restsMs = 4000

/** How a request ends, or that somebody left. `approved`: unless another word about the pair came before it was applied. */
type Ending = 'approved' | 'denied' | 'withdrawn' | 'left'
type Word = { uid: string; changeId: string; ending: Ending }

export type Askers = {
  words: readonly Word[]
  /** Every change that came of what they said. */
  changes: ReadonlySet<string>
  /** What the API said that can't be. */
  wrong: readonly string[]
  told: () => string
  /** Nobody asks any more; resolves once each request is decided. */
  stop: () => Promise<void>
}

/** What is said to a request, at times by two at once. */
const decisions = [
  ['approve'],
  ['deny'],
  ['cancel'],
  ['approve', 'deny'],
  ['approve', 'cancel'],
  ['deny', 'cancel'],
] as const
type Decision = (typeof decisions)[number][number]

/**
 * People who ask to join a list, and an admin who decides, now and then at the very moment at which somebody takes the request back; who is on the
 * list leaves it, and asks again.
 */
export async function startAskers(
  system: ChaosSystem,
  { seed, admin }: { seed: number; admin: string },
): Promise<Askers> {
  const words: Word[] = []
  const changes = new Set<string>()
  const wrong: string[] = []
  const stopping = new AbortController()
  let said = 0
  const say = async (what: Omit<Said, 'key'>) => {
    said += 1
    const { status, text } = await sayUntilAnswered(
      system,
      { ...what, key: `asker-${seed}-${said}` },
      () => {},
    )
    if (status !== 200 && status !== 202 && status !== 409) wrong.push(`${what.path}: ${status} ${text}`)
    const change = JSON.parse(text) as Change
    if (status < 300 && change.id !== null) changes.add(change.id)
    return { isAccepted: status < 300, change }
  }
  const decide = async (id: string, account: string, what: readonly Decision[]) => {
    const answers = await Promise.all(
      what.map(async (one) => {
        const [by, path] = one === 'cancel' ? [account, '/changes'] : [admin, '/admin/changes']
        return (await say({ account: by, method: 'POST', path: `${path}/${id}/${one}` })).isAccepted
          ? one
          : []
      }),
    )
    const accepted = answers.flat()
    // What an admin said yes to can still be taken back, until it is applied.
    const canBe = accepted.length === 1 || (accepted.length === 2 && !what.includes('deny'))
    if (!canBe) wrong.push(`of ${what.join(' and ')} about ${id} was accepted: ${accepted.join(' and ')}`)
    return accepted.includes('cancel') ? 'withdrawn' : accepted.includes('deny') ? 'denied' : 'approved'
  }
  const ask = async (uid: string, account: string, random: () => number) => {
    const path = `/user/subscriptions/${list}`
    const { change } = await say({ account, method: 'PUT', path })
    if (change.state === 'awaiting_approval' && change.id !== null) {
      await delay(random() * thinksMs)
      const ending = await decide(change.id, account, oneOf(decisions, random))
      words.push({ uid, changeId: change.id, ending })
    } else {
      const left = await say({ account, method: 'DELETE', path })
      // Without one where they were not on it any more.
      if (left.change.id !== null) words.push({ uid, changeId: left.change.id, ending: 'left' })
    }
    await delay(random() * restsMs, undefined, { signal: stopping.signal }).catch(() => null)
  }
  await say({ account: admin, method: 'PATCH', path: `/admin/lists/${list}`, body: { join: 'approval' } })
  const asking = Promise.all(
    people.map(async (uid, at) => {
      const [account, random] = [await system.link(uid), seeded(seed + 3 + at)]
      while (!stopping.signal.aborted) await ask(uid, account, random)
    }),
  )
  asking.catch(() => null)
  return {
    words,
    changes,
    wrong,
    told: () => `${words.length} requests to join a list, or to leave it again`,
    stop: async () => {
      stopping.abort()
      await asking
    },
  }
}

const isEndedAs = (ending: Ending, { state, code }: { state: string; code: string | null }): boolean => {
  if (ending === 'denied') return state === 'cancelled' && code === 'DENIED'
  if (ending === 'withdrawn') return state === 'cancelled' && code !== 'DENIED'
  return state === 'applied' || state === 'superseded'
}

/** Where a request did not end as it was decided, was told of in two messages, or left somebody on the list, or off it, against their last word. */
export async function requestsGoneWrong(
  { db, directory }: ChaosSystem,
  { words, wrong }: Askers,
): Promise<string[]> {
  const found = await rows<{ id: string; state: string; code: string | null }>(
    db,
    'select id, state, reason_code as code from change where id = any(:ids::uuid[])',
    { ids: words.map(({ changeId }) => changeId) },
  )
  const changes = new Map(found.map((change) => [change.id, change]))
  const otherwise = words.flatMap(({ changeId, ending }) => {
    const change = changes.get(changeId)
    return change && isEndedAs(ending, change)
      ? []
      : [`the request ${changeId} was ${ending} and is ${change?.state} (${change?.code})`]
  })
  const twice = await rows<{ id: string }>(
    db,
    `select r.id from incident i, unnest(i.request_ids) as r (id) group by r.id having count(*) > 1`,
  )
  const on = new Set(await directory.membersOf(list))
  const last = new Map(
    words.filter(({ ending }) => ending === 'approved' || ending === 'left').map((word) => [word.uid, word]),
  )
  const apart = [...last.values()].filter(
    ({ uid, ending }) => on.has(directory.memberValue(uid)) !== (ending === 'approved'),
  )
  return [
    ...wrong,
    ...otherwise,
    ...twice.map(({ id }) => `admins were told twice of the request ${id}`),
    ...apart.map(
      ({ uid, ending }) => `${uid}’s request was ${ending} at last; the directory has it otherwise`,
    ),
  ]
}
