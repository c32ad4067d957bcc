import type { ChatInputCommandInteraction } from 'discord.js'
import { plain } from '../discord/harmless-text.ts'
import type { Turn } from '../turn.ts'

/** A Discord account, or a user name as it was typed: the other one is empty. */
export type Whom = { account: string | null; typed: string }

const longestUsername = 255

/** Who is meant by the options `user` and `username`, of which one has to be given; null after the reply has said so. */
export async function readWhom(
  turn: Turn,
  options: ChatInputCommandInteraction['options'],
): Promise<Whom | null> {
  const account = options.getUser('user')?.id ?? null
  const typed = plain(options.getString('username') ?? '', longestUsername)
  if ((account === null) !== (typed === '')) return { account, typed }
  await turn.reply({ content: turn.t('list.whoOne'), components: [] })
  return null
}
