import type { GithubNews, WorkflowRun } from '../../contracts/github-facts.ts'
import type { Database, Transaction } from '../database.ts'
import { type Delivery, noteDelivery, noteTold } from './note-delivery.ts'
import { type Telling, tellTopic } from './tell-topic.ts'
import { tellWorkflowRun } from './tell-workflow-run.ts'

/** What became of a delivery: told, known already, or nothing that anybody wants to hear. */
export type Outcome = 'told' | 'known' | 'ignored'

/**
 * Takes in what a delivery of GitHub says (null: nothing that is told), once however often it comes. What was ignored may be delivered
 * again, and is told where a rule asks for it by then.
 */
export async function takeGithubDelivery(
  db: Database,
  delivery: Delivery,
  said: GithubNews | WorkflowRun | null,
  telling: Telling,
): Promise<Outcome> {
  return db.transaction(async (tx) => {
    const noted = await noteDelivery(tx, delivery)
    if (noted === 'known') return 'known'
    if (said === null || !(await tell(tx, said, { telling, isAgain: noted === 'untold' }))) return 'ignored'
    await noteTold(tx, delivery)
    return 'told'
  })
}

async function tell(
  tx: Transaction,
  said: GithubNews | WorkflowRun,
  { telling, isAgain }: { telling: Telling; isAgain: boolean },
): Promise<boolean> {
  if ('run' in said) return tellWorkflowRun(tx, said, telling, { isAgain })
  return (await tellTopic(tx, { ...said, source: 'github', memberId: null, goesOn: true }, telling)) !== null
}
