import type { WorkerContext } from '../context.ts'
import { deliverMail } from './deliver-mail.ts'
import { deliverNotices } from './deliver-notices.ts'

/** Sends whatever is due, mail and Discord messages, until nothing is. */
export async function deliverOutbox(context: WorkerContext): Promise<void> {
  await Promise.all([deliverMail(context), deliverNotices(context)])
}
