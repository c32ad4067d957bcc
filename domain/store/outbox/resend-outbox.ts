import { deadLetterDays } from '../../contracts/outbox.ts'
import type { DefaultPlaces } from '../../rules/places-for.ts'
import { rows, type Transaction } from '../database.ts'
import { resendable } from './dead-letters.ts'
import { placeResent } from './place-resent.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Resending = {
  ids: readonly string[] | null
  adminId: string
  via: string
  /** For what was to be told in a place that is named no more. */
  defaults: DefaultPlaces
} & Origin

const chosen = (table: 'n' | 'm') =>
  `case when :ids::uuid[] is null then ${table}.ended_at > now() - interval '${deadLetterDays} days' else ${table}.id = any(:ids::uuid[]) end`

/** As if they had been written now; their order among themselves stays. */
const anew = `state = 'queued', attempts = 0, error = null, ended_at = null, due_at = now(), created_at = now()`

/** What says the same whenever it leaves says when that was. */
const writtenAt = `case when n.body ? 'content' then jsonb_build_object('writtenAt', n.created_at) || n.body else n.body end`

/**
 * Puts dead letters back into the outbox, those with these ids or all of the last days, and has them tried at once, where the rules of now have
 * them. Gives how many.
 */
export async function resendOutbox(tx: Transaction, resending: Resending): Promise<number> {
  const { adminId, via, defaults } = resending
  const ids = resending.ids === null ? null : [...resending.ids]
  const resent = await rows<{ id: string; kind: string; destination: string }>(
    tx,
    // In the order of their ids, as whoever has those of a topic told anew.
    `with dead as (
       select n.id from notice n where ${resendable.notice} and ${chosen('n')} order by n.id for no key update)
     update notice n set ${anew}, body = ${writtenAt} from dead where n.id = dead.id
     returning n.id, n.destination_kind as kind, n.destination_id as destination`,
    { ids },
  )
  const placed = await placeResent(
    tx,
    resent.map(({ id }) => id),
    defaults,
  )
  const notices = resent.map((one) => ({ ...one, destination: placed.get(one.id) ?? one.destination }))
  const mails = await rows<{ id: string }>(
    tx,
    // Likewise, as by whoever forgets somebody.
    `with dead as (
       select m.id from mail m where ${resendable.mail} and ${chosen('m')} order by m.id for no key update)
     update mail m set ${anew} from dead where m.id = dead.id returning m.id`,
    { ids },
  )
  const [kinds, destinations] = [
    [...notices.map(({ kind }) => kind), ...mails.map(() => 'mail')],
    [...notices.map(({ destination }) => destination), ...mails.map(() => 'server')],
  ]
  await rows(
    tx,
    `with woken as (
       update destination d set resume_at = now()
       where d.resume_at > now() and (d.kind, d.id) in (select * from unnest(:kinds::text[], :destinations::text[])))
     select pg_notify('outbox', '')`,
    { kinds, destinations },
  )
  const by = {
    actorKind: 'member',
    actorId: adminId,
    via,
    outcome: 'resent',
    ...originIn(resending),
  } as const
  await writeAudit(tx, [
    ...notices.map(({ id }) => ({
      ...by,
      event: 'notice.resent',
      subjectKind: 'notice' as const,
      subjectId: id,
    })),
    ...mails.map(({ id }) => ({ ...by, event: 'mail.resent', subjectKind: 'mail' as const, subjectId: id })),
  ])
  return notices.length + mails.length
}
