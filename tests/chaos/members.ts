import { setTimeout as delay } from 'node:timers/promises'
import type { Change, ChangeAction } from '../../domain/contracts/change.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { oneOf, seeded } from './seeded.ts'

export const lists = ['news', 'events', 'chess', 'choir', 'hiking', 'jobs'] as const
export const members = ['alice', 'bob', 'carol', 'dave', 'frank', 'heidi', 'ivan', 'judy'] as const
/** Whom another tool puts on lists and takes off; the first is somebody who has words of their own about it, too. */
const edited = ['alice', 'yara', 'zoe', 'trent', 'ursula'] as const
const editedLists = ['chess', 'choir', 'hiking'] as const

/** What a member said, and what the API answered with 200 or 202. */
export type Word = { uid: string; list: string; action: ChangeAction; changeId: string | null }

export type Crowd = {
  /** In the order in which each member's were accepted. */
  words: Word[]
  /** Pairs that the other tool has touched. */
  isEdited: (uid: string, list: string) => boolean
  /** Nobody begins anything more; resolves once what was said has been accepted. */
  stop: () => Promise<void>
}

const answerWithinMs = 4000

/** Members who change their minds all the time, each word after the last one was accepted, and another tool beside them. */
export async function startCrowd(
  system: ChaosSystem,
  { seed, perSecond }: { seed: number; perSecond: number },
): Promise<Crowd> {
  const words: Word[] = []
  const touched = new Set<string>()
  const stopping = new AbortController()
  const pauseMs = (members.length * 1000) / perSecond
  const accounts = await Promise.all(members.map((uid) => system.link(uid)))

  const speak = async (uid: string, account: string, random: () => number) => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      const list = oneOf(lists, random)
      const action = oneOf(['subscribe', 'unsubscribe'] as const, random)
      const { id } = await accepted(system, { account, list, action, key: `${seed}-${uid}-${count}` })
      words.push({ uid, list, action, changeId: id })
      await delay(pauseMs * (0.5 + random()), undefined, { signal: stopping.signal }).catch(() => null)
    }
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
  const all = Promise.all([
    ...members.map((uid, at) => speak(uid, accounts[at] ?? '', seeded(seed + at))),
    edit(seeded(seed + members.length)),
  ])
  all.catch(() => stopping.abort())
  return {
    words,
    isEdited: (uid, list) => touched.has(`${uid} ${list}`),
    stop: async () => {
      stopping.abort()
      await all
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

/** Says the same, with the same key, until it is accepted: whoever gets no answer does not know whether it was. */
async function accepted(
  { apiUrl, serviceToken }: ChaosSystem,
  { account, list, action, key }: { account: string; list: string; action: ChangeAction; key: string },
): Promise<Change> {
  for (;;) {
    try {
      const answer = await fetch(`${apiUrl}/api/v1/user/subscriptions/${list}`, {
        method: action === 'subscribe' ? 'PUT' : 'DELETE',
        headers: {
          authorization: `Bearer ${serviceToken}`,
          'x-discord-user': account,
          'idempotency-key': key,
        },
        signal: AbortSignal.timeout(answerWithinMs),
      })
      const body = await answer.text()
      if (answer.ok) return JSON.parse(body) as Change
      if (answer.status < 500 && answer.status !== 429)
        throw new UnexpectedAnswer(`${action} ${list}: ${answer.status} ${body}`)
    } catch (error) {
      if (error instanceof UnexpectedAnswer) throw error
    }
    await delay(100)
  }
}

class UnexpectedAnswer extends Error {}
