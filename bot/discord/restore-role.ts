import { randomUUID } from 'node:crypto'
import type { GuildMember } from 'discord.js'
import { ApiRefusal } from '../call-api.ts'
import type { BotContext } from '../context.ts'

/**
 * Somebody has joined the server: Discord gives nobody their roles back, so whoever is linked still gets theirs here, without
 * verifying again. Never throws: what fails here, the workers' comparison of roles and links makes up for.
 */
export async function restoreRole(context: BotContext, member: GuildMember): Promise<void> {
  if (member.user.bot || member.guild.id !== context.config.discord.guildId) return
  try {
    await context.apiFor({ discordUserId: member.id, interactionId: randomUUID() }).restoreRole()
  } catch (error) {
    // Not linked, or not in the directory any more: there is nothing to give back.
    if (error instanceof ApiRefusal && error.status === 403) return
    context.log.warn({ err: error, account: member.id }, 'a role could not be asked for again')
  }
}
