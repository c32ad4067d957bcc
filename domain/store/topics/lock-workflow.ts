import type { WorkflowState } from '../../rules/github/judge-run.ts'
import { rows, type Transaction } from '../database.ts'

export type KnownWorkflow = WorkflowState & { topicId: string | null }

/** How a workflow on a branch stands, which nobody else changes until this transaction is over; null when it is new. */
export async function lockWorkflow(tx: Transaction, key: string): Promise<KnownWorkflow | null> {
  // There may be no row to lock yet, and two first runs.
  await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(:key, 2))', { key })
  const [found] = await rows<KnownWorkflow & { runNumber: string }>(
    tx,
    `select run_number, run_attempt, failures, failing_since, topic_id from workflow where key = :key for update`,
    { key },
  )
  // A bigint comes as text.
  return found === undefined ? null : { ...found, runNumber: Number(found.runNumber) }
}

/** Keeps how a workflow stands now. */
export async function keepWorkflow(tx: Transaction, key: string, workflow: KnownWorkflow): Promise<void> {
  await rows(
    tx,
    `insert into workflow (key, run_number, run_attempt, failures, failing_since, topic_id)
     values (:key, :runNumber, :runAttempt, :failures, :failingSince, :topicId)
     on conflict (key) do update set run_number = excluded.run_number, run_attempt = excluded.run_attempt,
       failures = excluded.failures, failing_since = excluded.failing_since, topic_id = excluded.topic_id, at = now()`,
    { key, ...workflow },
  )
}
