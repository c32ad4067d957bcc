import type { PersonEntry } from '../../contracts/directory.ts'
import { copyRow, type CopyRow, copyRows } from './copy-rows.ts'
import { type Database, rows } from '../database.ts'
import { letNobodyDecide } from '../holds/hold-people.ts'
import { newIds } from '../new-id.ts'
import { type AdminChange, auditAdmins } from '../members/write-admins.ts'

/**
 * People as `writeFirstPeople` takes them. Made as they are read: until there are enough to be written each is one text, where as objects
 * they would be moved about in memory all the time.
 */
export function rowsOfPeople(people: readonly PersonEntry[]): CopyRow[] {
  const ids = newIds(people.length)
  return people.map((person, at) =>
    copyRow([
      ids[at] ?? '',
      person.entryUuid,
      person.version,
      person.dn,
      person.dnKey,
      person.uid,
      person.displayName,
      mailsLiteral(person.mails),
      mailsLiteral(person.mails.map((mail) => mail.toLowerCase())),
      person.gidNumber === null ? null : String(person.gidNumber),
      'true',
    ]),
  )
}

/**
 * Writes people where nobody is known yet, and no list was read.
 * @throws {pg.DatabaseError} when somebody is known after all.
 */
export async function writeFirstPeople(db: Database, people: readonly CopyRow[]): Promise<void> {
  await copyRows(db, { table: 'member', columns: `${columns}, placed` }, people)
}

/**
 * Writes people as the directory shows them, known by entryUUID: who was renamed stays the same member. Who is new here, has
 * come back, or has another name in lists is not `placed` until the lists that hold them were looked at again. Gives the entryUUIDs of those
 * who were left alone: they were written since this read began (`begunAt`, by `databaseTime`), which may be of before that.
 */
export async function writePeople(
  db: Database,
  people: readonly PersonEntry[],
  begunAt: string,
): Promise<string[]> {
  if (people.length === 0) return []
  const of = (value: (person: PersonEntry) => string) => arrayLiteral(people.map(value))
  const written = await rows<{ entryUuid: string }>(db, insertOrUpdate, {
    ids: `{${newIds(people.length).join(',')}}`,
    entryUuids: of(({ entryUuid }) => entryUuid),
    versions: of(({ version }) => version),
    dns: of(({ dn }) => dn),
    dnKeys: of((person) => person.dnKey),
    uids: of(({ uid }) => uid),
    displayNames: of(({ displayName }) => displayName),
    mails: of(({ mails }) => mailsLiteral(mails)),
    mailKeys: of(({ mails }) => mailsLiteral(mails.map((mail) => mail.toLowerCase()))),
    gidNumbers: `{${people.map(({ gidNumber }) => gidNumber ?? 'NULL').join(',')}}`,
    begunAt,
  })
  if (written.length === people.length) return []
  const isWritten = new Set(written.map((row) => row.entryUuid))
  return people.flatMap(({ entryUuid }) => (isWritten.has(entryUuid) ? [] : entryUuid))
}

const columns = 'id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, gid_number'

// Columns, not records: taking JSON apart costs as much as writing the rows.
const insertOrUpdate = `
  insert into member (${columns})
  select id, entry_uuid, version, dn, dn_key, uid, display_name, mails::text[], mail_keys::text[], gid_number
  from unnest(:ids::uuid[], :entryUuids::text[], :versions::text[], :dns::text[], :dnKeys::text[], :uids::text[],
      :displayNames::text[], :mails::text[], :mailKeys::text[], :gidNumbers::integer[]) as r (${columns})
  order by entry_uuid
  on conflict (entry_uuid) do update set version = excluded.version, dn = excluded.dn, dn_key = excluded.dn_key,
    uid = excluded.uid, display_name = excluded.display_name, mails = excluded.mails, mail_keys = excluded.mail_keys,
    gid_number = excluded.gid_number, state = 'present', gone_at = null, updated_at = now(),
    placed = member.placed and member.state = 'present'
      and (member.dn_key, member.uid, member.mail_keys) = (excluded.dn_key, excluded.uid, excluded.mail_keys)
  where member.updated_at < :begunAt::timestamptz
    or (member.state = 'present' and position('#' in excluded.version) > 0 and member.version < excluded.version)
  returning entry_uuid`

/**
 * An array of texts as Postgres reads it. An array of arrays would have to have equal lengths: those of each person go as
 * one text.
 */
function arrayLiteral(values: readonly string[]): string {
  if (values.length === 0) return '{}'
  // Looked through together: hardly any needs it.
  const safe = special.test(values.join('')) ? values.map(escaped) : values
  return `{"${safe.join('","')}"}`
}

const special = /["\\]/
const escaped = (value: string): string => value.replace(/["\\]/g, '\\$&')

/** Without quotes where it is one ordinary address: they would have to be escaped where it is one value among others. */
const mailsLiteral = (mails: readonly string[]): string =>
  mails.length === 1 && /^[\w.+-]+@[\w.-]+$/.test(mails[0] ?? '')
    ? `{${mails[0] ?? ''}}`
    : arrayLiteral(mails)

/**
 * Marks people gone whose absence was confirmed. Their links and memberships stay: they may come back. An admin who decides about many
 * who are gone has decided before, or sees these: dated when this began, who went unseen meanwhile would count as decided about.
 */
export async function markPeopleGone(db: Database, entryUuids: readonly string[]): Promise<number> {
  return db.transaction(async (tx) => {
    await letNobodyDecide(tx)
    const gone = await rows<AdminChange>(
      tx,
      `with leaving as (
         select id, is_admin as was_admin from member where entry_uuid = any(:entryUuids) and state = 'present'
         order by entry_uuid for no key update)
       update member set state = 'gone', gone_at = clock_timestamp(), is_admin = false, admin_in_directory = false, updated_at = now()
       from leaving where member.id = leaving.id
       returning member.id, leaving.was_admin, member.is_admin, member.admin_in_directory as in_directory, false as in_group`,
      { entryUuids },
    )
    await auditAdmins(tx, gone, { via: 'sync' })
    return gone.length
  })
}

/** Those who are new in the mirror, or whose name in lists changed, and whom the lists that hold them don't show yet. */
export async function readUnplaced(db: Database): Promise<PersonEntry[]> {
  return rows<PersonEntry>(
    db,
    `select entry_uuid, version, dn, dn_key, uid, display_name, mails, gid_number from member where not placed`,
  )
}

/** The lists that hold these people were looked at again. Who was written since is looked for again. */
export async function markPlaced(
  db: Database,
  people: readonly Pick<PersonEntry, 'entryUuid' | 'version'>[],
): Promise<void> {
  if (people.length === 0) return
  await rows(
    db,
    `with found as (
       select m.id from unnest(:entryUuids::text[], :versions::text[]) as x (entry_uuid, version)
       join member m on m.entry_uuid = x.entry_uuid and m.version = x.version and not m.placed
       order by m.entry_uuid for no key update of m)
     update member set placed = true from found where member.id = found.id`,
    { entryUuids: people.map(({ entryUuid }) => entryUuid), versions: people.map(({ version }) => version) },
  )
}
