import type { RoleFault } from '../domain/rules/role-fault.ts'

/** What is wrong, and what somebody can do about it. */
export type Trouble = { subject: string; wrong: string; mend: string }

export type AlertTexts = {
  role: { [Kind in RoleFault['kind']]: (fault: Extract<RoleFault, { kind: Kind }>) => Trouble }
}

const harmlessRole =
  'Make a role that only lets people see and write, and put its id into DISCORD_VERIFIED_ROLE_ID; then restart the worker.'

/** The sentences for admins. Values are put in as they are. */
export const alertsEn: AlertTexts = {
  role: {
    everyone: () => ({
      subject: 'The role for linked members is @everyone',
      wrong:
        'DISCORD_VERIFIED_ROLE_ID is the id of the server, which is the role @everyone: everybody has it already.',
      mend: harmlessRole,
    }),
    missing: () => ({
      subject: 'The role for linked members does not exist',
      wrong: 'DISCORD_VERIFIED_ROLE_ID names a role that is not there in the server, so nobody is given it.',
      mend: 'Right-click the role in the server settings, “Copy Role ID”, put that into DISCORD_VERIFIED_ROLE_ID and restart the worker.',
    }),
    managed: ({ role }) => ({
      subject: 'The role for linked members belongs to an integration',
      wrong: `DISCORD_VERIFIED_ROLE_ID names “${role}”, which belongs to a bot or another integration: Discord lets nobody give it.`,
      mend: harmlessRole,
    }),
    privileged: ({ role, permissions }) => ({
      subject: 'The role for linked members is too powerful',
      wrong: `DISCORD_VERIFIED_ROLE_ID names “${role}”, which may: ${permissions.join(', ')}. Whoever links an account would get that, so nobody is given the role.`,
      mend: 'Take these permissions from the role in the server settings under Roles, or name another role.',
    }),
    'no-permission': ({ role }) => ({
      subject: 'The bot may not give the role for linked members',
      wrong: `The bot lacks the permission “Manage Roles”, so “${role}” is neither given nor taken.`,
      mend: 'In the server settings under Roles switch on “Manage Roles” for the bot’s own role; if it has none, invite it again with permissions=268435456. What was missed is made up for by itself.',
    }),
    'too-high': ({ role, ownRole }) => ({
      subject: 'The role for linked members stands above the bot',
      wrong: `“${role}” does not stand below “${ownRole}”, the bot’s highest role, so Discord does not let the bot give or take it.`,
      mend: `In the server settings under Roles drag “${ownRole}” above “${role}”. What was missed is made up for by itself.`,
    }),
    'not-in-guild': () => ({
      subject: 'The bot is not in the server',
      wrong:
        'The bot can’t see the server of DISCORD_GUILD_ID, so the role for linked members is neither given nor taken.',
      mend: 'Invite the bot to the server, or correct DISCORD_GUILD_ID and restart the worker.',
    }),
    'no-intent': () => ({
      subject: 'The bot may not list the server’s members',
      wrong:
        'Discord refuses the list of members, so who has the role for linked members can’t be compared with the links.',
      mend: 'In the developer portal open the application, under Bot, and switch on “Server Members Intent”; then restart the bot.',
    }),
    held: ({ removals, holders }) => ({
      subject: 'Many would lose the role for linked members',
      wrong: `${removals} of the ${holders} who have the role for linked members are not linked to anybody in the directory. That many look like a mistake, so it was taken from none of them.`,
      mend: 'See whether DATABASE_URL, DISCORD_GUILD_ID and DISCORD_VERIFIED_ROLE_ID are the right ones, and whether people are missing in the directory. If all is right, take the role from them by hand, or name a new role.',
    }),
    refused: ({ message }) => ({
      subject: 'Discord refuses to change the role for linked members',
      wrong: `The bot seems to have every right, and yet Discord refused: ${message}.`,
      mend: 'If it says something about two-factor authentication, switch that on for the account that owns the bot. What was missed is made up for by itself.',
    }),
  },
}
