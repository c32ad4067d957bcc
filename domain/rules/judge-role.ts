import type { GuildRole } from '../contracts/guild.ts'
import { mayManageRoles, privilegedPermissionsIn } from './privileged-permissions.ts'

/** Why a role must not be given to linked members, whoever could give it. `role` is its name. */
export type UnfitRole =
  | { kind: 'everyone' }
  | { kind: 'missing' }
  | { kind: 'managed'; role: string }
  | { kind: 'privileged'; role: string; permissions: readonly string[] }

/** Why we can't give it or take it. */
export type PowerlessBot =
  | { kind: 'no-permission'; role: string }
  | { kind: 'too-high'; role: string; ownRole: string }

type Judged = {
  guildId: string
  roleId: string
  /** Every role of the server. */
  roles: readonly GuildRole[]
  /** Ids of the roles that the bot has. */
  ownRoleIds: readonly string[]
}

/** What is wrong with the role of linked members; null when it may be given and the bot can give it. */
export function judgeRole({ guildId, roleId, roles, ownRoleIds }: Judged): UnfitRole | PowerlessBot | null {
  if (roleId === guildId) return { kind: 'everyone' }
  const role = roles.find(({ id }) => id === roleId)
  if (!role) return { kind: 'missing' }
  if (role.managed) return { kind: 'managed', role: role.name }
  const permissions = privilegedPermissionsIn(role.permissions)
  if (permissions.length > 0) return { kind: 'privileged', role: role.name, permissions }

  // What @everyone may, the bot may too; its id is the server's.
  const own = roles.filter(({ id }) => id === guildId || ownRoleIds.includes(id))
  if (!mayManageRoles(own.map((one) => one.permissions))) return { kind: 'no-permission', role: role.name }
  const highest = own.reduce((one, other) => (standsAbove(other, one) ? other : one))
  return standsAbove(highest, role) ? null : { kind: 'too-high', role: role.name, ownRole: highest.name }
}

/** Among roles at one position the older one, whose id is lower, stands above. */
function standsAbove(one: GuildRole, other: GuildRole): boolean {
  if (one.position !== other.position) return one.position > other.position
  return BigInt(one.id) < BigInt(other.id)
}

const unfitKinds: ReadonlySet<string> = new Set(['everyone', 'missing', 'managed', 'privileged'])

/** Whether the role itself is at fault, and not what the bot may do. */
export function isUnfit(fault: { kind: string }): fault is UnfitRole {
  return unfitKinds.has(fault.kind)
}
