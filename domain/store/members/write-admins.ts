import type { AdminGroup } from '../../contracts/directory.ts'
import { type DatabaseOrTransaction, rows, type Transaction } from '../database.ts'
import { type Origin, writeAudit } from '../audit/write-audit.ts'

type Named = Pick<AdminGroup, 'dnKeys' | 'uids' | 'mailKeys'> & { gid: number | null }

/**
 * Records who is an admin by the directory: exactly those whom the admin group names, each by the attribute that it names them
 * by, or who have its gidNumber. A user name or an address that two people share makes neither an admin. What an operator
 * granted or took (`npm run admin`) goes before that. With `onlyMember` nobody else is looked at.
 */
export async function writeAdmins(
  tx: Transaction,
  named: Named,
  { onlyMember = null, ...origin }: { onlyMember?: string | null } & Partial<Origin> = {},
): Promise<void> {
  const people = await rows<{ id: string; inGroup: boolean }>(tx, namedPeople, named)
  const ids = people.map(({ id }) => id)
  const group = new Set(people.filter(({ inGroup }) => inGroup).map(({ id }) => id))
  // An operator may be waited for here: what they have said is seen by the statement after this one only.
  const concerned = await rows<{ id: string }>(tx, lockConcerned, { ids, onlyMember })
  if (concerned.length === 0) return
  const changed = await rows<Omit<AdminChange, 'inGroup'>>(tx, settingAdmins, {
    concerned: concerned.map(({ id }) => id),
    ids,
  })
  const audited = changed.map((change) => ({ ...change, inGroup: group.has(change.id) }))
  await auditAdmins(tx, audited, { via: onlyMember === null ? 'sync' : 'web', ...origin })
}

/** A member of whom the directory now says something else than before. An operator's word counts more: so `isAdmin` may be the same. */
export type AdminChange = {
  id: string
  wasAdmin: boolean
  isAdmin: boolean
  inDirectory: boolean
  /** By the admin group, and not by the gidNumber alone. */
  inGroup: boolean
}

/** Records who is an admin now and was none, and the other way round, by the directory's word. */
export async function auditAdmins(
  db: DatabaseOrTransaction,
  changed: readonly AdminChange[],
  by: { via: 'sync' | 'web' } & Partial<Origin>,
): Promise<void> {
  await writeAudit(
    db,
    changed
      .filter(({ wasAdmin, isAdmin }) => wasAdmin !== isAdmin)
      .map(({ id, isAdmin, inDirectory, inGroup }) => ({
        ...by,
        actorKind: 'directory',
        actorId: null,
        event: isAdmin ? 'admin.granted' : 'admin.revoked',
        subjectKind: 'member',
        subjectId: id,
        outcome: isAdmin ? 'granted' : 'revoked',
        details: { inDirectory, ...(inDirectory ? { inGroup } : {}) },
      })),
  )
}

/**
 * The members whom the directory names as admins. `gid` is null where no number makes admins. Addresses are looked up one by one: for a
 * list of them Postgres expects so many people that it would read the whole table.
 */
const namedPeople = `
  select id, bool_or(in_group) as in_group from (
    select id, true as in_group from member where dn_key = any(:dnKeys::text[])
    union all select id, false from member where gid_number = :gid
    union all select m.id, true from member m
      where lower(m.uid) = any(array(select lower(u) from unnest(:uids::text[]) as u)) and m.uid = any(:uids::text[]) and not exists (
      select 1 from member o where o.id <> m.id and o.state = 'present' and lower(o.uid) = lower(m.uid))
    union all select m.id, true from unnest(:mailKeys::text[]) as key
      cross join lateral (select array_agg(id) as ids from member where mail_keys @> array[key]) as who
      join member m on m.id = any(who.ids)
      where not exists (
        select 1 from member o where o.id <> m.id and o.state = 'present' and o.mail_keys && m.mail_keys)) named
  group by id`

/** Only those who are or were named (`:ids`), and those about whom an operator has decided: most members are neither. */
const lockConcerned = `
  select m.id from member m
  where (:onlyMember::uuid is null or m.id = :onlyMember) and m.id in (
    select unnest(:ids::uuid[])
    union select id from member where is_admin or admin_in_directory
    union select member_id from admin_override)
  order by m.entry_uuid for no key update of m`

/** Writes for each of `:concerned` whether the directory makes them an admin (`:ids` are those whom it names), where that is news. */
const settingAdmins = `
  with wanted as (
    select m.id, m.is_admin as was_admin, m.state = 'present' and m.id = any(:ids::uuid[]) as in_directory
    from member m where m.id = any(:concerned::uuid[]))
  update member set admin_in_directory = w.in_directory, updated_at = now(),
    is_admin = member.state = 'present' and coalesce(o.is_admin, w.in_directory)
  from wanted w left join admin_override o on o.member_id = w.id
  where member.id = w.id and (member.admin_in_directory, member.is_admin)
    is distinct from (w.in_directory, member.state = 'present' and coalesce(o.is_admin, w.in_directory))
  returning member.id, w.was_admin, member.is_admin, w.in_directory`
