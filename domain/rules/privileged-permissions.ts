/**
 * The permissions by which the holder of a Discord role moderates or manages, reads what only admins should, or calls everybody:
 * their bits, and what Discord's own settings call them.
 *
 * Source: https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags (API v10). Every other bit
 * is about speaking, listening, looking and taking part (Priority Speaker and Create Invite among them), which is what a
 * verified member may well be given.
 */
const privilegedPermissions: readonly (readonly [bit: number, name: string])[] = [
  [1, 'Kick Members'],
  [2, 'Ban Members'],
  [3, 'Administrator'],
  [4, 'Manage Channels'],
  [5, 'Manage Server'],
  [7, 'View Audit Log'],
  [13, 'Manage Messages'],
  [17, 'Mention @everyone, @here and All Roles'],
  [19, 'View Server Insights'],
  [22, 'Mute Members'],
  [23, 'Deafen Members'],
  [24, 'Move Members'],
  [27, 'Manage Nicknames'],
  [28, 'Manage Roles'],
  [29, 'Manage Webhooks'],
  [30, 'Manage Expressions'],
  [33, 'Manage Events'],
  [34, 'Manage Threads and Posts'],
  [40, 'Timeout Members'],
  [41, 'View Server Subscription Insights'],
]

/** The names of the privileged permissions in a bit set of decimal digits. */
export function privilegedPermissionsIn(permissions: string): string[] {
  return privilegedPermissions.filter(([bit]) => hasPermission(permissions, bit)).map(([, name]) => name)
}

const administrator = 3
const manageRoles = 28

/** Whether somebody whose roles have these permissions together may give and take roles. */
export function mayManageRoles(permissions: readonly string[]): boolean {
  return permissions.some((one) => hasPermission(one, administrator) || hasPermission(one, manageRoles))
}

function hasPermission(permissions: string, bit: number): boolean {
  return ((BigInt(permissions) >> BigInt(bit)) & 1n) === 1n
}
