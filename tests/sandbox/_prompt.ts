import { stripVTControlCharacters } from 'node:util'
import type { Client, Interaction } from 'discord.js'
import { expect } from 'vitest'
import type { DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { runLine } from '../../sandbox/prompt/run-line.ts'
import type { Screen } from '../../sandbox/prompt/screen.ts'
import { createSession, type Session } from '../../sandbox/prompt/session.ts'
import type { System } from '../../sandbox/start/start-system.ts'
import { botFor, standInForTest } from './discord/test-bot.ts'

export type AtThePrompt = {
  discord: DiscordStandIn
  client: Client
  session: Session
  /** Types a line, and gives what is shown until it is done. */
  type: (line: string) => Promise<string>
  /** Everything that was shown. */
  shown: () => string
}

/** Somebody at the prompt, before a bot with these commands that answers like this. */
export async function atThePrompt(
  commands: object[],
  answer: (interaction: Interaction) => Promise<unknown>,
  system: Partial<System> = {},
): Promise<AtThePrompt> {
  const discord = await standInForTest()
  const { client, failures } = await botFor(discord, commands, answer)
  const lines: string[] = []
  const screen: Screen = {
    width: 100,
    print: (text = '') => void lines.push(stripVTControlCharacters(text)),
    attach() {},
    detach() {},
  }
  const apiUrl = 'http://127.0.0.1:8080'
  const all = { apiUrl, discord, mail: null, passwordOf: (uid: string) => uid, ...system }
  const session = createSession(all as System, screen)
  return {
    discord,
    client,
    session,
    async type(line) {
      const before = lines.length
      await runLine(session, line)
      expect(failures).toEqual([])
      return lines.slice(before).join('\n')
    },
    shown: () => lines.join('\n'),
  }
}
