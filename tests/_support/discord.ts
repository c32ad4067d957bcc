import { expect } from 'vitest'
import {
  type DiscordStandIn,
  type DiscordStandInOptions,
  startDiscordStandIn,
} from '../../sandbox/discord/stand-in.ts'
import { checkAfterEach, cleanUpAfter, type Ending } from './cleanup.ts'

/** The bot’s token, application and server, where a test doesn’t care. */
export const discordNames = {
  token: 'a.token.for-tests',
  applicationId: '200000000000000001',
  guildId: '300000000000000001',
} as const

/**
 * A Discord of this test's own. Anything malformed that it was sent fails the test `t`, or without `t` whichever test of the
 * file was running.
 */
export async function startTestDiscord(
  options: Partial<DiscordStandInOptions> = {},
  t?: Ending,
): Promise<DiscordStandIn> {
  const discord = await startDiscordStandIn({ ...discordNames, ...options })
  let told = 0
  const complain = () => {
    const violations = discord.violations.slice(told)
    told = discord.violations.length
    expect(violations).toEqual([])
  }
  if (t === undefined) checkAfterEach(complain)
  cleanUpAfter(t, async () => {
    await discord.stop()
    complain()
  })
  return discord
}
