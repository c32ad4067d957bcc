import { byWorker } from '../changes/end-open-changes.ts'
import { rows, type Transaction } from '../database.ts'
import { endHold } from './end-hold.ts'
import { openHold } from './open-hold.ts'

const goneLock = `hashtextextended('people gone', 0)`

/**
 * For whoever marks people gone: until their transaction ends nobody is asked, or decides, about people who are gone. An admin has decided
 * before, or sees these. Several may mark at once.
 */
export async function letNobodyDecide(tx: Transaction): Promise<void> {
  // The waiting hold is not enough: another one may be made, and decided, meanwhile.
  await rows(tx, `select pg_advisory_xact_lock_shared(${goneLock})`)
  await rows(tx, `select 1 from hold where kind = 'people-gone' and state = 'waiting' for share`)
}

/** The waiting hold about people who are gone from the directory, locked; null when there is none. Nobody is marked gone meanwhile. */
export async function lockPeopleHold(tx: Transaction): Promise<string | null> {
  await rows(tx, `select pg_advisory_xact_lock(${goneLock})`)
  const [hold] = await rows<{ id: string }>(
    tx,
    `select id from hold where kind = 'people-gone' and state = 'waiting' for update`,
  )
  return hold?.id ?? null
}

/** Too many are gone for going on without an admin's word. `waiting` is the hold that the caller has locked. */
export async function holdPeople(tx: Transaction, waiting: string | null): Promise<void> {
  const holdId = waiting ?? (await openHold(tx, { kind: 'people-gone', listId: null }))
  if (await notePeople(tx, holdId)) await rows(tx, `select pg_notify('hold', :holdId)`, { holdId })
}

/**
 * Nobody tells a hold who leaves the directory, or is back: it is looked at who is gone by now. Others than at its last revision make
 * it another; the first time is none. Gives whether it is another. The caller has locked it.
 */
export async function notePeople(tx: Transaction, holdId: string): Promise<boolean> {
  const noted = await rows(
    tx,
    `with gone as (
       select md5(coalesce(string_agg(m.id::text, ' ' order by m.id), '')) as digest
       from discord_link k join member m on m.id = k.member_id
       where k.unlinked_at is null and m.state = 'gone' and not exists (
         select 1 from hold d where d.kind = 'people-gone' and d.state in ('approved', 'denied') and d.ended_at >= m.gone_at))
     update hold set people_digest = gone.digest,
       revision = revision + (people_digest is not null)::integer
     from gone where hold.id = :holdId and hold.people_digest is distinct from gone.digest
     returning hold.revision`,
    { holdId },
  )
  return noted.length > 0
}

/** Enough of them are back: nothing is left to decide. The caller has locked it. */
export async function endPeopleHold(tx: Transaction, holdId: string): Promise<void> {
  await endHold(tx, { id: holdId, kind: 'people-gone' }, 'over', byWorker)
}
