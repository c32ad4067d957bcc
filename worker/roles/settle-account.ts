import { isAccountLinked } from '../../domain/store/links/linked-accounts.ts'
import { newId } from '../../domain/store/new-id.ts'
import { takeTurn } from '../../domain/store/take-turn.ts'
import { writeAudit } from '../../domain/store/audit/write-audit.ts'
import type { WorkerContext } from '../context.ts'
import { untilStoreAnswers } from '../until-store-answers.ts'
import { checkRole, checkRoleSoon } from './check-role.ts'
import { reportFault } from './report-fault.ts'
import type { VerifiedRole } from './verified-role.ts'

/** Longer than all that Discord may take; after it a dead worker's account is anybody's. */
const turnMs = 120_000
/** The turn of looking after an account's role. */
export const turnOf = (account: string) => `role of ${account}`

/**
 * Gives one account the role or takes it, as its link says now. Done twice, nothing is different. While another worker has the
 * account nothing is done here: it hears of every change of a link as this one does, and reads the link again for each.
 * @returns null when that is settled, else in how many seconds Discord wants to be asked again.
 * @throws {DiscordTokenError}, and whatever Postgres throws.
 */
export async function settleAccount(
  context: WorkerContext,
  role: VerifiedRole,
  account: string,
): Promise<number | null> {
  const turn = await takeTurn(context.db, turnOf(account), turnMs)
  if (turn === null) return null
  try {
    return await settle(context, role, account)
  } finally {
    await turn.giveBack()
  }
}

async function settle(context: WorkerContext, role: VerifiedRole, account: string): Promise<number | null> {
  const { db, discord } = context
  const read = await discord.readMember(role.guildId, account)
  if (read.outcome === 'later') return read.retryAfterS
  // Refused: what the bot may not see it can't change, and the next check tells why.
  if (read.outcome === 'refused' || read.member === null) return null
  const isLinked = await isAccountLinked(db, account)
  if (read.member.roleIds.includes(role.id) === isLinked) return null

  const look = await checkRoleSoon(context, role)
  if (look.outcome === 'later') return look.retryAfterS
  // A role that has become powerful is given to nobody any more, but it may always be taken.
  if (look.fault !== null && (isLinked || look.fault.kind !== 'privileged')) return null

  const done = await (isLinked
    ? discord.addRole(role.guildId, account, role.id)
    : discord.removeRole(role.guildId, account, role.id))
  if (done.outcome === 'later') return done.retryAfterS
  if (done.outcome === 'done') {
    // Nobody would see any more that it was done here.
    const id = newId()
    await untilStoreAnswers(context, () => audit(context, role, { id, account, given: isLinked }))
    await reportFault(context, null, ['refused'])
  } else if (!leftMeanwhile.has(done.code)) await explain(context, role, done.message)
  return null
}

/** Discord's own numbers for somebody who is not in the server, and for somebody whom it does not know. */
const leftMeanwhile = new Set([10_007, 10_013])

/** A look mostly shows why: a permission that was taken away, a role that was moved or deleted. */
async function explain(context: WorkerContext, role: VerifiedRole, message: string): Promise<void> {
  const look = await checkRole(context, role)
  if (look.outcome === 'seen' && look.fault === null)
    await reportFault(context, { kind: 'refused', message }, ['refused'])
}

async function audit(
  { db }: WorkerContext,
  role: VerifiedRole,
  { id, account, given }: { id: string; account: string; given: boolean },
): Promise<void> {
  await writeAudit(db, [
    {
      id,
      actorKind: 'worker',
      actorId: null,
      event: given ? 'role.given' : 'role.taken',
      subjectKind: 'discord_account',
      subjectId: account,
      via: 'worker',
      outcome: 'done',
      details: { role: role.id },
    },
  ])
}
