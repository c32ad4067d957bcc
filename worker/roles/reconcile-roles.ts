import { membersPerPage } from '../../adapters/discord-rest/read-guild.ts'
import type { GuildMember } from '../../domain/contracts/guild.ts'
import { areTooManyAtOnce } from '../../domain/rules/too-many-at-once.ts'
import { readLinkedAccounts } from '../../domain/store/links/linked-accounts.ts'
import { takeTurn, type Turn } from '../../domain/store/take-turn.ts'
import { pause } from '../../domain/rules/pause.ts'
import type { WorkerContext } from '../context.ts'
import { checkRole } from './check-role.ts'
import { followLinks } from './follow-links.ts'
import { reportFault } from './report-fault.ts'
import type { VerifiedRole } from './verified-role.ts'

/** For one page, with its waits; renewed with each. */
const turnMs = 120_000

/**
 * Compares who has the role with the links, and mends what differs: what a worker missed while it was down, and what was given
 * or taken by hand. One worker at a time. Other bots are left alone: they can't link, so somebody gave it to them on purpose.
 * @throws {DiscordTokenError}, and whatever Postgres throws.
 */
export async function reconcileRoles(context: WorkerContext, role: VerifiedRole): Promise<void> {
  const turn = await takeTurn(context.db, 'reconcile-roles', turnMs)
  if (turn === null) return
  let differing: string[]
  try {
    differing = await whoToSettle(context, role, turn)
  } finally {
    await turn.giveBack()
  }
  await followLinks(context, role, differing)
}

async function whoToSettle(context: WorkerContext, role: VerifiedRole, turn: Turn): Promise<string[]> {
  const look = await checkRole(context, role)
  if (look.outcome === 'later') return []
  // A role that has become powerful is given to nobody any more, but it may always be taken.
  if (look.fault !== null && look.fault.kind !== 'privileged') return []
  const compared = await compare(context, role, turn)
  if (compared === null) return []
  const missing = look.fault === null ? compared.missing : []
  return [...missing, ...(await mayLoseIt(context, compared))]
}

type Compared = {
  /** Linked, and without the role. */
  missing: string[]
  /** With the role, and not linked. */
  extra: string[]
  holders: number
}

/** Goes through all members page by page and keeps only the ids that differ. Null when it did not get to the end. */
async function compare(context: WorkerContext, role: VerifiedRole, turn: Turn): Promise<Compared | null> {
  const linked = await readLinkedAccounts(context.db)
  const compared: Compared = { missing: [], extra: [], holders: 0 }
  for (let after: string | undefined = '0'; after !== undefined;) {
    const members = await pageAfter(context, role, after)
    if (members === null || !(await turn.keep())) return null
    for (const { id, roleIds, isBot } of members) {
      if (isBot) continue
      const isHolder = roleIds.includes(role.id)
      if (isHolder) compared.holders += 1
      if (isHolder && !linked.has(id)) compared.extra.push(id)
      if (!isHolder && linked.has(id)) compared.missing.push(id)
    }
    after = members.length < membersPerPage ? undefined : members.at(-1)?.id
  }
  return compared
}

const mostTries = 5
const longestPauseS = 30

/** The next members, asked for again while Discord wants us to wait; null when that takes too long, or it lets us see none. */
async function pageAfter(
  context: WorkerContext,
  role: VerifiedRole,
  after: string,
): Promise<readonly GuildMember[] | null> {
  for (let tries = 1; !context.stopping.aborted; tries += 1) {
    const page = await context.discord.listMembers(role.guildId, after)
    if (page.outcome !== 'later') {
      await reportFault(context, page.outcome === 'refused' ? { kind: 'no-intent' } : null, ['no-intent'])
      return page.outcome === 'done' ? page.members : null
    }
    if (tries === mostTries || page.retryAfterS > longestPauseS) return null
    await pause(page.retryAfterS * 1000, context.stopping)
  }
  return null
}

/** Those who may lose the role now: all that should, or nobody when they are too many. */
async function mayLoseIt(context: WorkerContext, { extra, holders }: Compared): Promise<string[]> {
  const isHeld = areTooManyAtOnce(extra.length, holders)
  await reportFault(context, isHeld ? { kind: 'held', removals: extra.length, holders } : null, ['held'])
  return isHeld ? [] : extra
}
