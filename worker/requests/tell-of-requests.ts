import { endAlerts } from '../../domain/store/end-alerts.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { knownLocale } from '../../domain/store/read-locale.ts'
import {
  isNewsOfRequests,
  readAnsweredRequests,
  readWaitingRequests,
  requestIncident,
  type WaitingRequests,
} from '../../domain/store/waiting-requests.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'

type Telling = Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'siteTimeZone'>

/**
 * Tells admins who asks to join a list and waits for a yes: all of a list in one message, which they decide in, and which ends when nobody
 * waits any more. One of several workers tells it.
 * @throws whatever Postgres throws.
 */
export async function tellOfRequests(context: Telling): Promise<void> {
  await endAlerts(context, await readAnsweredRequests(context.db))
  for (const waiting of await readWaitingRequests(context.db)) await tell(context, waiting)
}

async function tell(context: Telling, waiting: WaitingRequests): Promise<void> {
  const { listId, list, ids, members, askedAt, told } = waiting
  const facts = { list, count: ids.length, members, askedAt: askedAt.toISOString() }
  const words = wordIncident('requests-waiting', facts, await knownLocale(context.db), context.siteTimeZone)
  if (told?.content === words.content && isSame(told.ids, ids)) return
  await raiseAlert(context, {
    key: requestIncident(listId),
    kind: 'requests-waiting',
    subjectId: listId,
    requestIds: ids,
    actions: ['approve', 'deny'],
    isNews: (tx) => isNewsOfRequests(tx, waiting, words.content),
    ...words,
  })
}

const isSame = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((one, at) => one === others[at])

/** What a worker does when it hears of requests (NOTIFY requests): looks once for all that it heard meanwhile. */
export function createRequestEar(context: Telling): () => Promise<void> {
  let next: Promise<void> | null = null
  let running: Promise<void> = Promise.resolve()
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null
        running = tellOfRequests(context)
        return running
      })
    return next
  }
}
