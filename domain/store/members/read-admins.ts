import { type Database, rows } from '../database.ts'

/** Somebody who is an admin, or about whom an operator said something. */
export type AdminEntry = {
  uid: string
  displayName: string
  present: boolean
  isAdmin: boolean
  inDirectory: boolean
  /** An operator's word: true granted, false taken; null for none. */
  override: boolean | null
  overriddenAt: Date | null
}

/** Who is an admin and by whose word, and whom an operator's word keeps from being one. By user name. */
export async function readAdmins(db: Database): Promise<AdminEntry[]> {
  return rows<AdminEntry>(
    db,
    `select m.uid, m.display_name, m.state = 'present' as present, m.is_admin, m.admin_in_directory as in_directory,
       o.is_admin as override, o.created_at as overridden_at
     from member m left join admin_override o on o.member_id = m.id
     where m.is_admin or o.member_id is not null order by m.is_admin desc, m.uid`,
  )
}
