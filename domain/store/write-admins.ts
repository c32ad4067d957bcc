import type { AdminGroup } from '../contracts/directory.ts'
import { type DatabaseOrTransaction, rows } from './database.ts'
import { type Origin, writeAudit } from './write-audit.ts'

type Named = Pick<AdminGroup, 'dnKeys' | 'uids' | 'mailKeys'> & { gid: number | null }

/**
 * Records who is an admin by the directory: exactly those whom the admin group names, each by the attribute that it names them
 * by, or who have its gidNumber. A user name or an address that two people share makes neither an admin. What an operator
 * granted or took (`npm run admin`) goes before that. With `onlyMember` nobody else is looked at.
 */
export async function writeAdmins(
  db: DatabaseOrTransaction,
  named: Named,
  { onlyMember = null, ...origin }: { onlyMember?: string | null } & Partial<Origin> = {},
): Promise<void> {
  const ids = (await rows<{ id: string }>(db, namedPeople, named)).map(({ id }) => id)
  const changed = await rows<AdminChange>(db, settingAdmins, { ids, onlyMember })
  await auditAdmins(db, changed, { via: onlyMember === null ? 'sync' : 'web', ...origin })
}

/** Somebody about whom the directory says something new, which an operator's word may make good for nothing. */
export type AdminChange = { id: string; wasAdmin: boolean; isAdmin: boolean; inDirectory: boolean }

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
      .map(({ id, isAdmin, inDirectory }) => ({
        ...by,
        actorKind: 'directory',
        actorId: null,
        event: isAdmin ? 'admin.granted' : 'admin.revoked',
        subjectKind: 'member',
        subjectId: id,
        outcome: isAdmin ? 'granted' : 'revoked',
        details: { inDirectory },
      })),
  )
}

/**
 * Whom the directory names; `gid` is null where no number makes admins. Each address is looked up by itself: for many at
 * once Postgres expects so many people that it would rather read all.
 */
const namedPeople = `
  select id from member where dn_key = any(:dnKeys::text[])
  union select id from member where gid_number = :gid
  union select m.id from member m
    where lower(m.uid) = any(array(select lower(u) from unnest(:uids::text[]) as u)) and m.uid = any(:uids::text[]) and not exists (
    select 1 from member o where o.id <> m.id and o.state = 'present' and lower(o.uid) = lower(m.uid))
  union select m.id from unnest(:mailKeys::text[]) as key
    cross join lateral (select array_agg(id) as ids from member where mail_keys @> array[key]) as who
    join member m on m.id = any(who.ids)
    where not exists (
      select 1 from member o where o.id <> m.id and o.state = 'present' and o.mail_keys && m.mail_keys)`

/**
 * Sets what the directory says by naming these, where that is something new. Who was no admin, is not named and was never spoken of by an
 * operator stays as they are: so most members are not even looked at.
 */
const settingAdmins = `
  with concerned as (
    select unnest(:ids::uuid[]) as id
    union select id from member where is_admin or admin_in_directory
    union select member_id from admin_override
  ), wanted as (
    select m.id, m.is_admin as was_admin, m.state = 'present' and m.id in (select unnest(:ids::uuid[])) as in_directory
    from concerned join member m on m.id = concerned.id
    where :onlyMember::uuid is null or m.id = :onlyMember)
  update member set admin_in_directory = w.in_directory, updated_at = now(),
    is_admin = member.state = 'present' and coalesce(o.is_admin, w.in_directory)
  from wanted w left join admin_override o on o.member_id = w.id
  where member.id = w.id and (member.admin_in_directory, member.is_admin)
    is distinct from (w.in_directory, member.state = 'present' and coalesce(o.is_admin, w.in_directory))
  returning member.id, w.was_admin, member.is_admin, w.in_directory`
