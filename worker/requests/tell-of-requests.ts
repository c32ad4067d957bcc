import { placeIncident } from '../../domain/store/incidents/incident-place.ts'
import { raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import {
  endAnsweredRequests,
  isNewsOfRequests,
  readToldRequests,
  readWaitingRequests,
  requestIncident,
  type ToldRequests,
  type WaitingRequest,
} from '../../domain/store/changes/waiting-requests.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'

type Telling = Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'siteTimeZone'>

/** So many people one message is about: all of them are named in its file. */
const inOneAtMost = 1000

/**
 * Tells admins who asks to join a list and waits for a yes: in one message those who ask within a while, which admins decide in, and which
 * ends when none of them waits any more. One of several workers tells it.
 * @throws whatever Postgres throws.
 */
export async function tellOfRequests(context: Telling): Promise<void> {
  const lists = Map.groupBy(await readWaitingRequests(context.db), ({ listId }) => listId)
  const told = Map.groupBy(await readToldRequests(context.db), ({ listId }) => listId)
  // An edit reaches no mailbox.
  const isMailed =
    lists.size > 0 && (await placeIncident(context.db, 'requests-waiting', context.alertTo)).mailTo.length > 0
  for (const listId of new Set([...told.keys(), ...lists.keys()]))
    await tellOfList(context, { waiting: lists.get(listId) ?? [], told: told.get(listId) ?? [], isMailed })
}

async function tellOfList(
  context: Telling,
  {
    waiting,
    told,
    isMailed,
  }: { waiting: readonly WaitingRequest[]; told: readonly ToldRequests[]; isMailed: boolean },
): Promise<void> {
  const waitingById = new Map(waiting.map((request) => [request.id, request]))
  const stillIn = (incident: ToldRequests) => incident.ids.flatMap((id) => waitingById.get(id) ?? [])
  await endAnsweredRequests(
    context.db,
    told.filter((incident) => stillIn(incident).length === 0).map(({ key }) => key),
  )
  const lasting = told.filter((incident) => stillIn(incident).length > 0)
  const known = new Set(lasting.flatMap(({ ids }) => ids))
  let untold = waiting.filter(({ id }) => !known.has(id))
  for (const incident of lasting) {
    const still = stillIn(incident)
    const joining = incident.takesMore && !isMailed ? untold.slice(0, inOneAtMost - still.length) : []
    untold = untold.slice(joining.length)
    await tell(context, incident.key, [...still, ...joining], incident)
  }
  for (; untold.length > 0; untold = untold.slice(inOneAtMost)) {
    const [first] = untold
    if (first)
      await tell(context, requestIncident(first.listId, first.id), untold.slice(0, inOneAtMost), null)
  }
}

async function tell(
  { db, log, alertTo, siteTimeZone }: Telling,
  key: string,
  requests: readonly WaitingRequest[],
  before: ToldRequests | null,
): Promise<void> {
  const [first] = requests
  if (first === undefined) return
  const ids = requests.map(({ id }) => id)
  const facts = {
    list: first.list,
    count: ids.length,
    members: requests.map(({ member }) => member),
    askedAt: first.askedAt.toISOString(),
  }
  const words = wordIncident('requests-waiting', facts, await knownLocale(db), siteTimeZone)
  const { listId } = first
  if (before?.content === words.content && isSame(before.ids, ids)) return
  // Nothing that must be told while Postgres is away: it is looked at again.
  await raiseAlert(
    { db, log, alertTo },
    {
      key,
      kind: 'requests-waiting',
      subjectId: listId,
      requestIds: ids,
      actions: ['approve', 'deny'],
      isNews: (tx) => isNewsOfRequests(tx, { key, listId, ids, content: words.content }),
      ...words,
    },
  )
}

const isSame = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((one, at) => one === others[at])
