import type { AdminGroup, PersonEntry } from '../contracts/directory.ts'
import { type Database, rows } from './database.ts'
import { newId } from './new-id.ts'

export type KnownPerson = { version: string; present: boolean }

/** Everybody whom the mirror knows, by entryUUID. */
export async function readKnownPeople(db: Database): Promise<Map<string, KnownPerson>> {
  const found = await rows<{ entryUuid: string; version: string; present: boolean }>(
    db,
    `select entry_uuid, version, state = 'present' as present from member`,
  )
  return new Map(found.map(({ entryUuid, version, present }) => [entryUuid, { version, present }]))
}

/**
 * Writes people as the directory shows them, known by entryUUID: who was renamed stays the same member. Who is new here, has
 * come back, or has another name in lists is not `placed` until the lists that hold them were looked at again; `firstRead`
 * says that no list was read yet.
 */
export async function writePeople(
  db: Database,
  people: readonly PersonEntry[],
  { firstRead }: { firstRead: boolean },
): Promise<void> {
  if (people.length === 0) return
  const records = people.map((person) => ({
    id: newId(),
    entry_uuid: person.entryUuid,
    version: person.version,
    dn: person.dn,
    dn_key: person.dnKey,
    uid: person.uid,
    display_name: person.displayName,
    mails: person.mails,
    mail_keys: person.mails.map((mail) => mail.toLowerCase()),
    gid_number: person.gidNumber,
    placed: firstRead,
  }))
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, gid_number, placed)
     select * from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, version text, dn text, dn_key text,
       uid text, display_name text, mails text[], mail_keys text[], gid_number integer, placed boolean)
     on conflict (entry_uuid) do update set version = excluded.version, dn = excluded.dn, dn_key = excluded.dn_key,
       uid = excluded.uid, display_name = excluded.display_name, mails = excluded.mails, mail_keys = excluded.mail_keys,
       gid_number = excluded.gid_number, state = 'present', gone_at = null, updated_at = now(),
       placed = member.placed and member.state = 'present'
         and (member.dn_key, member.uid, member.mail_keys) = (excluded.dn_key, excluded.uid, excluded.mail_keys)
     where member.version < excluded.version or member.state = 'gone' or position('#' in excluded.version) = 0`,
    { records: JSON.stringify(records) },
  )
}

/** Marks people gone whose absence was confirmed. Their links and memberships stay: they may come back. */
export async function markPeopleGone(db: Database, entryUuids: readonly string[]): Promise<number> {
  const gone = await rows(
    db,
    `update member set state = 'gone', gone_at = now(), is_admin = false, updated_at = now()
     where entry_uuid = any(:entryUuids) and state = 'present' returning id`,
    { entryUuids },
  )
  return gone.length
}

/**
 * Makes admins of exactly those whom the admin group names, each by the attribute that it names them by, or who have its
 * gidNumber. An address that two people share makes neither an admin.
 */
export async function writeAdmins(
  db: Database,
  admins: Pick<AdminGroup, 'dnKeys' | 'uids' | 'mailKeys'> & { gid: number | null },
): Promise<void> {
  await rows(
    db,
    `with wanted as (
       select id from member m where state = 'present' and (
         dn_key = any(:dnKeys::text[]) or uid = any(:uids::text[]) or gid_number = :gid
         or (mail_keys && :mailKeys::text[] and not exists (
           select 1 from member o where o.id <> m.id and o.state = 'present' and o.mail_keys && m.mail_keys))))
     update member set is_admin = not is_admin, updated_at = now()
     where (is_admin and id not in (select id from wanted)) or (not is_admin and id in (select id from wanted))`,
    admins,
  )
}

/** Those who are new in the mirror, or whose name in lists changed, and whom the lists that hold them don't show yet. */
export async function readUnplaced(db: Database): Promise<PersonEntry[]> {
  return rows<PersonEntry>(
    db,
    `select entry_uuid, version, dn, dn_key, uid, display_name, mails, gid_number from member where not placed`,
  )
}

/** The lists that hold these people were looked at again. */
export async function markPlaced(db: Database, entryUuids: readonly string[]): Promise<void> {
  await rows(db, 'update member set placed = true where entry_uuid = any(:entryUuids)', { entryUuids })
}
