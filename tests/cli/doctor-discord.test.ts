import { REST } from '@discordjs/rest'
import { Routes } from 'discord-api-types/v10'
import { pino } from 'pino'
import { describe, expect, it, type TestContext } from 'vitest'
import { commands } from '../../bot/commands/index.ts'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine, exitCodeOf } from '../../cli/doctor/examine.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import type { DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { createTranslations } from '../../texts/translate.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'

const { token, applicationId, guildId } = discordNames
const texts = createTranslations({ escape: (text) => text, command: (name) => `/${name}` })
const ofThisVersion = commands.map(({ definition }) => definition(texts))
const channel = '400000000000000001'

/** A Discord with limits of its own: who else asks theirs, and how often, is nothing to this test. */
const startDiscord = (t: TestContext) => startTestDiscord({ channels: [{ id: channel, name: 'alerts' }] }, t)

async function register(discord: DiscordStandIn, body: readonly object[]): Promise<void> {
  const rest = new REST({ api: discord.url, version: '10' }).setToken(token)
  await rest.put(Routes.applicationGuildCommands(applicationId, guildId), { body })
}

/** What the doctor says of Discord. */
async function examined({ url }: DiscordStandIn) {
  const settings = readSettings(
    {
      DISCORD_TOKEN: token,
      DISCORD_APPLICATION_ID: applicationId,
      DISCORD_GUILD_ID: guildId,
      DISCORD_ALERT_CHANNEL_ID: channel,
      DISCORD_API_URL: url,
    },
    '/nowhere',
  )
  const areas = areasOf(settings, null, pino({ level: 'silent' }), { worker: false, sendTestTo: undefined })
  const found = await examine(
    areas.filter(({ name }) => name === 'discord'),
    { begin: () => {}, found: () => {} },
  )
  const findings = found.map(({ finding }) => finding)
  return {
    exitCode: exitCodeOf(findings),
    notRight: findings.filter(({ state }) => state !== 'right'),
    commands: findings.find(({ check }) => check === 'commands'),
  }
}

/** Discord has had enough of this question for so many seconds, so many times. */
const limited = (path: RegExp, { seconds, times = 1 }: { seconds: number; times?: number }) => ({
  method: 'GET',
  path,
  times,
  answer: {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: false },
    headers: { 'retry-after': String(seconds) },
  },
})
const askingForCommands = /\/commands$/

it('commands that were registered by another version are wrong, and right once this one has registered its own', async (t) => {
  const discord = await startDiscord(t)
  await register(
    discord,
    ofThisVersion.map((one) => ({ ...one, description: `Old: ${one.description}` })),
  )
  expect((await examined(discord)).commands).toMatchObject({
    state: 'wrong',
    says: 'those of another version are registered',
  })
  await register(discord, ofThisVersion)
  expect((await examined(discord)).commands?.state).toBe('right')
  expect(discord.rateLimited).toBe(0)
})

describe('a rate limit', () => {
  it('that is over within seconds is waited for', async (t) => {
    const discord = await startDiscord(t)
    await register(discord, ofThisVersion)
    discord.script(limited(askingForCommands, { seconds: 3 }))
    expect(await examined(discord)).toMatchObject({ exitCode: 0, notRight: [] })
  })

  it('that lasts is told at once, with when to look again', async (t) => {
    const discord = await startDiscord(t)
    discord.script(limited(askingForCommands, { seconds: 40 }))
    const { exitCode, commands } = await examined(discord)
    expect(exitCode).toBe(2)
    expect(commands).toEqual({
      check: 'commands',
      state: 'unknown',
      says: 'Discord gave no answer: rate limited',
      remedy: 'Too much is asked with this token: look again in 41 s.',
    })
  })

  it('that comes again and again is waited for a few seconds in all, whatever is asked', async (t) => {
    const discord = await startDiscord(t)
    await register(discord, ofThisVersion)
    discord.script(limited(/^\/channels\//, { seconds: 1, times: 6 }))
    discord.script(limited(askingForCommands, { seconds: 1, times: 2 }))
    const { exitCode, notRight } = await examined(discord)
    expect(exitCode).toBe(2)
    const untold = { state: 'unknown', says: 'Discord gave no answer: rate limited' }
    expect(notRight).toMatchObject([
      { check: 'DISCORD_ALERT_CHANNEL_ID', ...untold },
      { check: 'commands', ...untold },
    ])
  })
})
