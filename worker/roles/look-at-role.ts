import type { DiscordFailure } from '../../adapters/discord-rest/discord-result.ts'
import { judgeRole } from '../../domain/rules/judge-role.ts'
import type { RoleFault } from '../../domain/rules/role-fault.ts'
import type { WorkerContext } from '../context.ts'
import type { VerifiedRole } from './verified-role.ts'

export type Later = Extract<DiscordFailure, { outcome: 'later' }>
export type Look = { outcome: 'seen'; fault: RoleFault | null } | Later

/** Asks Discord what the role is and what the bot may. @throws {DiscordTokenError} */
export async function lookAtRole(
  { discord }: Pick<WorkerContext, 'discord'>,
  role: VerifiedRole,
): Promise<Look> {
  const { guildId, id: roleId } = role
  const [all, own] = await Promise.all([discord.readRoles(guildId), discord.readOwnMember(guildId)])
  if (all.outcome === 'later') return all
  if (own.outcome === 'later') return own
  if (all.outcome === 'refused' || own.outcome === 'refused' || own.member === null)
    return { outcome: 'seen', fault: { kind: 'not-in-guild' } }
  const fault = judgeRole({ guildId, roleId, roles: all.roles, ownRoleIds: own.member.roleIds })
  return { outcome: 'seen', fault }
}
