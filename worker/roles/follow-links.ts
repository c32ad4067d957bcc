import { pause } from '../../domain/rules/pause.ts'
import { readAbandonedTurns } from '../../domain/store/take-turn.ts'
import type { WorkerContext } from '../context.ts'
import { settleAccount, turnOf } from './settle-account.ts'
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

/** Accounts that a worker had in hand when it died: whoever heard of them meanwhile left them to it. Waits for nothing of Discord. */
export async function followAbandoned(context: WorkerContext): Promise<void> {
  const { verifiedRole: role, later, db } = context
  if (role === null) return
  const accounts = await readAbandonedTurns(db, turnOf(''))
  if (accounts.length > 0) later('following links', 0, () => followLinks(context, role, accounts))
}
