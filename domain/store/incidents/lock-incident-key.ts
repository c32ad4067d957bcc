import { rows, type Transaction } from '../database.ts'

/** Whoever tells of an incident, or ends what it is about, does so alone, also while there is no such incident. Before its row. */
export async function lockIncidentKey(tx: Transaction, key: string): Promise<void> {
  await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(:key, 0))', { key })
}
