import { type Database, rows } from '../database.ts'

/** Has the workers look at an account's link again (NOTIFY link_changed): its role is given back, if it is due. */
export async function announceLink(db: Database, discordUserId: string): Promise<void> {
  await rows(db, `select pg_notify('link_changed', :discordUserId)`, { discordUserId })
}
