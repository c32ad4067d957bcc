import { type Database, rows, type Transaction } from '../database.ts'

/** The incident of what should make admins and makes none. */
export const adminsLost = 'admins-lost'

export type AdminSource = {
  /** The directory makes somebody an admin, by whatever way. */
  makesSomebody: boolean
  /** The admin group did, or does. */
  groupMadeSomebody: boolean
  /** The mirror has people. */
  knowsPeople: boolean
  /** An incident lasts. */
  isTold: boolean
}

/** What came of what the directory said of who is an admin. */
export async function readAdminSource(db: Database): Promise<AdminSource> {
  const [source] = await rows<AdminSource>(
    db,
    `select exists (select 1 from member where admin_in_directory and state = 'present') as makes_somebody,
       exists (select 1 from audit_entry
         where event = 'admin.granted' and actor_kind = 'directory' and coalesce(details ->> 'inGroup', 'true') = 'true') as group_made_somebody,
       exists (select 1 from member where state = 'present') as knows_people,
       exists (select 1 from incident where key = :adminsLost and state <> 'resolved') as is_told`,
    { adminsLost },
  )
  if (!source) throw new Error('Postgres gave no answer to what it knows of admins')
  return source
}

/** Whether nobody has told just this yet; for who has the lock of the incident's key. */
export async function isUntoldLoss(tx: Transaction, content: string): Promise<boolean> {
  const told = await rows(
    tx,
    `select 1 from incident where key = :adminsLost and state <> 'resolved' and words ->> 'content' = :content`,
    { adminsLost, content },
  )
  return told.length === 0
}
