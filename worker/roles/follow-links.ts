import { pause } from '../../domain/rules/pause.ts'
import type { WorkerContext } from '../context.ts'
import { settleAccount } from './settle-account.ts'
import type { VerifiedRole } from './verified-role.ts'

/**
 * Has the role of these accounts follow their links: one account at a time, each as often as it is named while another one is in
 * hand, but once. Waits as long as Discord asks for. What is left when it throws, the next comparison finds.
 * @throws {DiscordTokenError}, and whatever Postgres throws.
 */
export async function followLinks(
  context: WorkerContext,
  role: VerifiedRole,
  accounts: Iterable<string>,
): Promise<void> {
  for (const account of accounts) role.waiting.add(account)
  if (role.busy) return
  role.busy = true
  try {
    await settleWaiting(context, role)
  } finally {
    role.busy = false
  }
}

/** A set's loop comes to what is added while it runs. */
async function settleWaiting(context: WorkerContext, role: VerifiedRole): Promise<void> {
  for (const account of role.waiting) {
    if (context.stopping.aborted) return
    role.waiting.delete(account)
    const againInS = await settleAccount(context, role, account)
    if (againInS === null) continue
    role.waiting.add(account)
    await pause(againInS * 1000, context.stopping)
  }
}
