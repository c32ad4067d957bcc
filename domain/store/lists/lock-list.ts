import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'

/**
 * Finds a list by its name, whatever its case, and keeps others from changing it until the transaction ends. Requests about it
 * go on meanwhile.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND).
 */
export async function lockList(tx: Transaction, name: string): Promise<{ id: string; name: string }> {
  const [list] = await rows<{ id: string; name: string }>(
    tx,
    `select id, name from list where lower(name) = lower(:name) and state <> 'gone' and managed for no key update`,
    { name },
  )
  if (!list) throw listNotFound(name)
  return list
}

/** The refusal for a list that does not exist or that the caller may not see. */
export function listNotFound(name: string): Refusal {
  return new Refusal('NOT_FOUND', `There is no list named ${name}.`, { reason: 'LIST_NOT_FOUND' })
}
