import type { PersonEntry } from '../contracts/directory.ts'
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
 * Writes people as the directory shows them, known by entryUUID: who was renamed stays the same member. Gives those who are
 * new here or whose name in lists changed: lists that held them already must be looked at again.
 */
export async function writePeople(db: Database, people: readonly PersonEntry[]): Promise<string[]> {
  if (people.length === 0) return []
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
  }))
  const written = await rows<{ entryUuid: string }>(
    db,
    `with old as materialized (
       select entry_uuid, dn_key, uid, mail_keys from member
       where entry_uuid = any(array(select entry_uuid from jsonb_to_recordset(:records) as r (entry_uuid text)))
     ), written as (
       insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, gid_number)
       select * from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, version text, dn text, dn_key text,
         uid text, display_name text, mails text[], mail_keys text[], gid_number integer)
       on conflict (entry_uuid) do update set version = excluded.version, dn = excluded.dn, dn_key = excluded.dn_key,
         uid = excluded.uid, display_name = excluded.display_name, mails = excluded.mails, mail_keys = excluded.mail_keys,
         gid_number = excluded.gid_number, state = 'present', gone_at = null, updated_at = now()
       where member.version < excluded.version or member.state = 'gone' or position('#' in excluded.version) = 0
       returning entry_uuid, dn_key, uid, mail_keys)
     select w.entry_uuid from written w left join old o on o.entry_uuid = w.entry_uuid
     where o.entry_uuid is null or (o.dn_key, o.uid, o.mail_keys) is distinct from (w.dn_key, w.uid, w.mail_keys)`,
    { records: JSON.stringify(records) },
  )
  return written.map((row) => row.entryUuid)
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

/** Makes admins of exactly those who are in the admin group (by DN, user name or address) or have its gidNumber. */
export async function writeAdmins(
  db: Database,
  admins: { keys: ReadonlySet<string>; gid: number | null },
): Promise<void> {
  await rows(
    db,
    `with wanted as (
       select id from member where state = 'present'
         and (dn_key = any(:keys) or uid = any(:keys) or mail_keys && :keys::text[] or gid_number = :gid))
     update member set is_admin = not is_admin, updated_at = now()
     where (is_admin and id not in (select id from wanted)) or (not is_admin and id in (select id from wanted))`,
    { keys: [...admins.keys], gid: admins.gid },
  )
}
