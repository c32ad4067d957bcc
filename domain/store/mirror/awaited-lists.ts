import { type Database, rows } from '../database.ts'

/**
 * Lists of which nobody has read who is on them: their entries were found when they were to be made, or they are managed anew. And those
 * whose names were other lists' and are free by now. By entryUUID.
 */
export async function readUnreadLists(db: Database): Promise<string[]> {
  const found = await rows<{ entryUuid: string }>(
    db,
    `select l.entry_uuid from list l
     where l.version is null and l.entry_uuid is not null and (l.state <> 'gone' or not exists (
       select 1 from list o where lower(o.name) = lower(l.name) and o.state <> 'gone'))`,
  )
  return found.map((row) => row.entryUuid)
}

/** These entries are not there: lists that waited for their names wait no more. */
export async function forgetUnread(db: Database, entryUuids: readonly string[]): Promise<void> {
  await rows(
    db,
    // In the order of their ids, as whoever reads the directory meanwhile.
    `with unread as (
       select id from list where entry_uuid = any(:entryUuids) and state = 'gone' and version is null
       order by id for no key update)
     update list set version = '' from unread where list.id = unread.id`,
    { entryUuids },
  )
}

/** These are to be looked at before a worker takes them in hand again: for `forS` seconds none does. */
export async function wantLists(db: Database, entryUuids: readonly string[], forS: number): Promise<void> {
  await rows(
    db,
    `update list set sync_wants_until = now() + make_interval(secs => :forS)
     where id in (
       select id from list where entry_uuid = any(:entryUuids) and coalesce(sync_wants_until < now(), true)
       for update skip locked)`,
    { entryUuids, forS },
  )
}

/** They were looked at: whoever waits to take them in hand goes on. */
export async function unwantLists(db: Database, entryUuids: readonly string[]): Promise<void> {
  await rows(
    db,
    `with looked as (
       update list set sync_wants_until = null
       where id in (
         select id from list where entry_uuid = any(:entryUuids) and sync_wants_until is not null for update skip locked)
       returning lane)
     select pg_notify('change_queued', lane::text) from (select distinct lane from looked) as lanes`,
    { entryUuids },
  )
}
