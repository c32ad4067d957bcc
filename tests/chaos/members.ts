import { setTimeout as delay } from 'node:timers/promises'
import type { Change, ChangeAction } from '../../domain/contracts/change.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { sayUntilAnswered } from './say.ts'
import { oneOf, seeded } from './seeded.ts'

export const lists = ['news', 'events', 'chess', 'choir', 'hiking', 'jobs'] as const
const members = ['alice', 'bob', 'carol', 'dave', 'frank', 'heidi', 'ivan', 'judy'] as const
/** Whom another tool puts on lists and takes off; the first is somebody who has words of their own about it, too. */
const edited = ['alice', 'yara', 'zoe', 'trent', 'ursula'] as const
const editedLists = ['chess', 'choir', 'hiking'] as const

/** What a member said, and what the API answered with 200 or 202. */
export type Word = { uid: string; list: string; action: ChangeAction; changeId: string | null }

export type Crowd = {
  /** In the order in which those about one pair were accepted. */
  words: Word[]
  /** How it went, for people. */
  told: () => string
  /** Pairs that the other tool has touched. */
  isEdited: (uid: string, list: string) => boolean
  /** Nobody begins anything more; resolves once what was said has been accepted. */
  stop: () => Promise<void>
}

/**
 * Members who change their minds at a steady rate, whatever becomes of it, and another tool beside them. A word about a pair waits until the one
 * before is accepted, or nobody could say which was the last.
 */
export async function startCrowd(
  system: ChaosSystem,
  { seed, perSecond }: { seed: number; perSecond: number },
): Promise<Crowd> {
  const words: Word[] = []
  const touched = new Set<string>()
  const stopping = new AbortController()
  const accounts = new Map<string, string>()
  for (const uid of members) accounts.set(uid, await system.link(uid))
  const said = new Map<string, Promise<void>>()
  const count = { said: 0, again: 0, waiting: 0, mostWaiting: 0 }

  const say = async (before: Promise<void> | undefined, word: Omit<Word, 'changeId'>, key: string) => {
    await before
    const account = accounts.get(word.uid) ?? ''
    const { id } = await accepted(system, { ...word, account, key }, () => (count.again += 1))
    words.push({ ...word, changeId: id })
    count.waiting -= 1
  }
  const failed = Promise.withResolvers<never>()
  const speak = async (random: () => number) => {
    const startedAt = performance.now()
    while (!stopping.signal.aborted) {
      count.said += 1
      count.waiting += 1
      count.mostWaiting = Math.max(count.mostWaiting, count.waiting)
      const [uid, list] = [oneOf(members, random), oneOf(lists, random)]
      const action = oneOf(['subscribe', 'unsubscribe'] as const, random)
      const pair = `${uid} ${list}`
      const saying = say(said.get(pair), { uid, list, action }, `${seed}-${count.said}`)
      saying.catch(failed.reject)
      said.set(pair, saying)
      // By the clock: a slow answer, or a slow machine, puts nothing off.
      const dueInMs = (count.said * 1000) / perSecond - (performance.now() - startedAt)
      await delay(Math.max(0, dueInMs), undefined, { signal: stopping.signal }).catch(() => null)
    }
    await Promise.all(said.values())
  }
  const edit = async (random: () => number) => {
    while (!stopping.signal.aborted) {
      const [uid, list] = [oneOf(edited, random), oneOf(editedLists, random)]
      const change = oneOf(['add', 'delete'] as const, random)
      touched.add(`${uid} ${list}`)
      await system.directory
        .ldapmodify(ldifOf(system, { uid, list, change }))
        // It is so already, or the directory is away.
        .catch(() => null)
      await delay(400, undefined, { signal: stopping.signal }).catch(() => null)
    }
  }
  const all = Promise.all([speak(seeded(seed)), edit(seeded(seed + 1))])
  const orFailed = Promise.race([all, failed.promise])
  orFailed.catch(() => stopping.abort())
  return {
    words,
    told: () =>
      `${count.said} words of members, ${perSecond} a second; ${count.again} times one was said again for want of an answer; at most ${count.mostWaiting} waited to be accepted`,
    isEdited: (uid, list) => touched.has(`${uid} ${list}`),
    stop: async () => {
      stopping.abort()
      await orFailed
    },
  }
}

function ldifOf(
  { directory }: ChaosSystem,
  { uid, list, change }: { uid: string; list: string; change: 'add' | 'delete' },
): string {
  return [
    `dn: ${directory.listDn(list)}`,
    'changetype: modify',
    `${change}: ${directory.memberAttribute}`,
    `${directory.memberAttribute}: ${directory.memberValue(uid)}`,
    '',
  ].join('\n')
}

async function accepted(
  system: ChaosSystem,
  { account, list, action, key }: { account: string; list: string; action: ChangeAction; key: string },
  sayAgain: () => void,
): Promise<Change> {
  const method = action === 'subscribe' ? 'PUT' : 'DELETE'
  const path = `/user/subscriptions/${list}`
  const { status, text } = await sayUntilAnswered(system, { account, method, path, key }, sayAgain)
  if (status !== 200 && status !== 202) throw new Error(`${action} ${list}: ${status} ${text}`)
  return JSON.parse(text) as Change
}
