import { apiErrors } from './api-error.ts'
import { memberPayload, permissionsOf, requireMember } from './guild-payloads.ts'
import { intents } from './intents.ts'
import { assertSnowflake } from './snowflake.ts'
import { noteChange, type DiscordState } from './state.ts'
import type { Role } from './wire.ts'

export interface RoleOptions {
  id: string
  name: string
  /** Bit set of permissions in decimal digits. */
  permissions?: string
  /** A role above the bot's own, which the bot may therefore not give. */
  aboveBot?: boolean
  /** It belongs to an integration: nobody may give it. */
  managed?: boolean
  /** Anybody may mention it. */
  mentionable?: boolean
}

/** What an admin can change about a role. */
export type RoleEdit = { name?: string; permissions?: string; position?: number }

/** A role that is there from the beginning; of two, the one with the greater `position` stands above. */
export function addRole(state: DiscordState, role: RoleOptions, position: number): void {
  assertSnowflake('the id of a role', role.id)
  state.roles.set(role.id, {
    id: role.id,
    name: role.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: role.permissions ?? '0',
    managed: role.managed ?? false,
    mentionable: role.mentionable ?? false,
    flags: 0,
  })
}

/** An admin changes a role in the settings of the server. */
export function editRole(state: DiscordState, roleId: string, edit: RoleEdit): void {
  const [role] = requireRoles(state, [roleId])
  Object.assign(role ?? {}, edit)
  state.publish('GUILD_ROLE_UPDATE', { guild_id: state.guildId, role }, intents.guilds)
  noteChange(state)
}

/** An admin deletes a role, and whoever had it has it no more. */
export function deleteRole(state: DiscordState, roleId: string): void {
  requireRoles(state, [roleId])
  state.roles.delete(roleId)
  for (const { roles } of state.members.values()) roles.delete(roleId)
  state.publish('GUILD_ROLE_DELETE', { guild_id: state.guildId, role_id: roleId }, intents.guilds)
  noteChange(state)
}

/** An admin gives and takes roles by hand: from now on somebody has exactly these. */
export function setRoles(state: DiscordState, userId: string, roleIds: readonly string[]): void {
  requireRoles(state, roleIds)
  const { roles } = requireMember(state, userId)
  roles.clear()
  for (const id of roleIds) roles.add(id)
  tellOfMember(state, userId)
}

/**
 * Gives or takes a role on the bot's behalf. As Discord demands, the bot needs Manage Roles, and a role that stands above.
 * @throws ApiError 10007, 10011, 10013, 50013
 */
export function changeRole(state: DiscordState, userId: string, roleId: string, given: boolean): void {
  const { roles } = requireMember(state, userId)
  const role = state.roles.get(roleId)
  if (!role) throw apiErrors.unknownRole()
  if (role.managed || role.id === state.guildId || !botMayManage(state, role))
    throw apiErrors.missingPermissions()
  if (given) roles.add(roleId)
  else roles.delete(roleId)
  tellOfMember(state, userId)
}

const manageRoles = 1n << 28n

function botMayManage(state: DiscordState, role: Role): boolean {
  const own = state.members.get(state.applicationId)?.roles ?? []
  const isAbove = [...own].some((id) => standsAbove(state.roles.get(id), role))
  return isAbove && (BigInt(permissionsOf(state, state.applicationId)) & manageRoles) !== 0n
}

/** Of two roles at the same position the one with the lower id, which is the older one, stands above. */
function standsAbove(one: Role | undefined, other: Role): boolean {
  if (!one) return false
  return (
    one.position > other.position || (one.position === other.position && BigInt(one.id) < BigInt(other.id))
  )
}

function tellOfMember(state: DiscordState, userId: string): void {
  const update = { ...memberPayload(state, userId), guild_id: state.guildId }
  state.publish('GUILD_MEMBER_UPDATE', update, intents.guildMembers)
  noteChange(state)
}

/** @throws when one of them is not there. */
export function requireRoles(state: DiscordState, roleIds: readonly string[]): Role[] {
  return roleIds.map((id) => {
    const role = state.roles.get(id)
    if (!role) throw new Error(`there is no role ${id}: name it in the option "roles"`)
    return role
  })
}
