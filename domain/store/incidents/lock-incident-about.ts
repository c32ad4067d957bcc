import type { IncidentKind } from '../../contracts/incident.ts'
import { rows, type Transaction } from '../database.ts'

/**
 * Locks the incident that lasts about this change or drift; null where there is none. Before what it is about, as everybody does who takes
 * both.
 */
export async function lockIncidentAbout(
  tx: Transaction,
  { kind, subjectId }: { kind: IncidentKind; subjectId: string },
): Promise<string | null> {
  const [incident] = await rows<{ id: string }>(
    tx,
    `select id from incident where kind = :kind and subject_id = :subjectId and state <> 'resolved' for update`,
    { kind, subjectId },
  )
  return incident?.id ?? null
}
