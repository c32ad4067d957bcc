import { type Database, rows } from '../database.ts'

/** Tells whoever asked whether a worker lives that one does. */
export async function answerPing(db: Database, id: string): Promise<void> {
  await rows(db, `select pg_notify('pong', :id::text)`, { id })
}
