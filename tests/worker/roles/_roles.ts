import type { TestContext } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { unlink } from '../../../domain/store/links/unlink.ts'
import type { DiscordStandIn, DiscordStandInOptions } from '../../../sandbox/discord/stand-in.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

export const { token, guildId } = discordNames
export const roleId = '500000000000000001'
export const alertChannelId = '400000000000000002'
/** Priority Speaker, View Channels, Send Messages: a role that anybody may have. */
export const harmlessPermissions = String((1n << 8n) | (1n << 10n) | (1n << 11n))

export type Guild = World & {
  discord: DiscordStandIn
  /** What a worker is told, so that it minds the role. */
  environment: Record<string, string>
  /** The Discord account of somebody, who joins the server with it. */
  joins: (uid: string, ...roles: string[]) => string
  /** Links an account, as the API does it. */
  link: (account: string, uid: string) => Promise<void>
  unlink: (account: string) => Promise<void>
  /** For `expect.poll`: the roles that the account has. */
  rolesOf: (account: string) => () => string[]
  /** Waits until so many alerts are in their channel, and gives the texts. */
  alerts: (count: number) => Promise<string[]>
}

/** A server with a role for linked members, a directory, and no worker yet. */
export async function createGuild(
  t: TestContext,
  options: Partial<DiscordStandInOptions> = {},
): Promise<Guild> {
  const world = await createWorld({}, t)
  const discord = await startTestDiscord(
    {
      channels: [
        { id: '400000000000000001', name: 'general' },
        { id: alertChannelId, name: 'alerts' },
      ],
      roles: [{ id: roleId, name: 'verified', permissions: harmlessPermissions }],
      membersIntent: true,
      ...options,
    },
    t,
  )
  let users = 0
  return {
    ...world,
    discord,
    environment: {
      DISCORD_TOKEN: token,
      DISCORD_API_URL: discord.url,
      DISCORD_GUILD_ID: guildId,
      DISCORD_VERIFIED_ROLE_ID: roleId,
      DISCORD_ALERT_CHANNEL_ID: alertChannelId,
      RECONCILE_INTERVAL_S: '86400',
    },
    joins: (uid, ...roles) => {
      users += 1
      const id = `6000000000000${String(users).padStart(5, '0')}`
      return discord.addUser({ id, username: uid, roles }).id
    },
    link: async (account, uid) => {
      await world.db.transaction(async (tx) => {
        await rows(
          tx,
          `insert into discord_link (id, discord_user_id, member_id)
           select :id, :account, m.id from member m where m.uid = :uid`,
          { id: newId(), account, uid },
        )
        await rows(tx, `select pg_notify('link_changed', :account)`, { account })
      })
    },
    unlink: async (account) => {
      const [link] = await rows<{ id: string }>(
        world.db,
        'select id from discord_link where discord_user_id = :account and unlinked_at is null',
        { account },
      )
      await world.db.transaction((tx) =>
        unlink(tx, { linkId: link?.id ?? '', reason: 'asked', via: 'discord', requestId: null }),
      )
    },
    rolesOf: (account) => () => discord.rolesOf(account),
    alerts: (count) =>
      waitUntil(`there are ${count} alerts`, async () => {
        const messages = discord.messagesIn(alertChannelId)
        return messages.length >= count ? messages.map(({ content }) => content) : null
      }),
  }
}

/** Waits until the comparison at start is over, and the first one by the clock. */
export async function compared({ db }: World): Promise<void> {
  await waitUntil('the role was compared with the links', async () => {
    const [done] = await rows(
      db,
      `select 1 from agenda_jobs_dev where name = 'reconcile-roles' and last_finished_at is not null
       and not exists (select 1 from turn where name = 'reconcile-roles')`,
    )
    return done ?? null
  })
}

/** The role changes that are on record, oldest first. */
export async function auditedRoles({ db }: World): Promise<{ event: string; account: string }[]> {
  return rows(
    db,
    `select event, subject_id as account from audit_entry where event in ('role.given', 'role.taken') order by id`,
  )
}

/** Fills the mirror, by a worker that gives no role. */
export async function mirror(guild: Guild): Promise<void> {
  await guild.worker({}, { ...guild.environment, DISCORD_VERIFIED_ROLE_ID: '' })
  await guild.mirrored()
}
