const harmlessRole =
  'Make a role that only lets people see and write, and put its id into DISCORD_VERIFIED_ROLE_ID; then restart the worker.'

/** What admins are told of the role for linked members: what is wrong, and what to do. Values are put in as they are. */
export const alertsEn = {
  'role.everyone.subject': 'The role for linked members is @everyone',
  'role.everyone.wrong':
    'DISCORD_VERIFIED_ROLE_ID is the id of the server, which is the role @everyone: everybody has it already.',
  'role.everyone.mend': harmlessRole,
  'role.missing.subject': 'The role for linked members does not exist',
  'role.missing.wrong':
    'DISCORD_VERIFIED_ROLE_ID names a role that is not there in the server, so nobody is given it.',
  'role.missing.mend':
    'Right-click the role in the server settings, “Copy Role ID”, put that into DISCORD_VERIFIED_ROLE_ID and restart the worker.',
  'role.managed.subject': 'The role for linked members belongs to an integration',
  'role.managed.wrong':
    'DISCORD_VERIFIED_ROLE_ID names “{{- role}}”, which belongs to a bot or another integration: Discord lets nobody give it.',
  'role.managed.mend': harmlessRole,
  'role.privileged.subject': 'The role for linked members is too powerful',
  'role.privileged.wrong':
    'DISCORD_VERIFIED_ROLE_ID names “{{- role}}”, which may: {{- permissions}}. Whoever links an account would get that, so nobody is given the role.',
  'role.privileged.mend':
    'Take these permissions from the role in the server settings under Roles, or name another role.',
  'role.no-permission.subject': 'The bot may not give the role for linked members',
  'role.no-permission.wrong':
    'The bot lacks the permission “Manage Roles”, so “{{- role}}” is neither given nor taken.',
  'role.no-permission.mend':
    'In the server settings under Roles switch on “Manage Roles” for the bot’s own role; if it has none, invite it again with permissions=268435456. What was missed is made up for by itself.',
  'role.too-high.subject': 'The role for linked members stands above the bot',
  'role.too-high.wrong':
    '“{{- role}}” does not stand below “{{- ownRole}}”, the bot’s highest role, so Discord does not let the bot give or take it.',
  'role.too-high.mend':
    'In the server settings under Roles drag “{{- ownRole}}” above “{{- role}}”. What was missed is made up for by itself.',
  'role.not-in-guild.subject': 'The bot is not in the server',
  'role.not-in-guild.wrong':
    'The bot can’t see the server of DISCORD_GUILD_ID, so the role for linked members is neither given nor taken.',
  'role.not-in-guild.mend':
    'Invite the bot to the server, or correct DISCORD_GUILD_ID and restart the worker.',
  'role.no-intent.subject': 'The bot may not list the server’s members',
  'role.no-intent.wrong':
    'Discord refuses the list of members, so who has the role for linked members can’t be compared with the links.',
  'role.no-intent.mend':
    'In the developer portal open the application, under Bot, and switch on “Server Members Intent”; then restart the bot.',
  'role.held.subject': 'Many would lose the role for linked members',
  'role.held.wrong':
    '{{removals}} of the {{holders}} who have the role for linked members are not linked to anybody in the directory. That many look like a mistake, so it was taken from none of them.',
  'role.held.mend':
    'See whether DATABASE_URL, DISCORD_GUILD_ID and DISCORD_VERIFIED_ROLE_ID are the right ones, and whether people are missing in the directory. If all is right, take the role from them by hand, or name a new role.',
  'role.refused.subject': 'Discord refuses to change the role for linked members',
  'role.refused.wrong': 'The bot seems to have every right, and yet Discord refused: {{- message}}.',
  'role.refused.mend':
    'If it says something about two-factor authentication, switch that on for the account that owns the bot. What was missed is made up for by itself.',
} as const
