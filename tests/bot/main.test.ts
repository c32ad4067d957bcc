import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { startTestDiscord } from '../_support/discord.ts'
import { problem, serviceToken } from './_api.ts'
import { applicationId, guildId, token } from './_bot.ts'

const mainFile = join(import.meta.dirname, '../../bot/main.ts')

function run(environment: Record<string, string>): {
  child: ChildProcess
  ended: Promise<number | null>
  said: () => string
} {
  const child = spawn(process.execPath, [mainFile], {
    env: { ...compileCache, APP_ENV: 'prod', ...environment },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, said: () => said }
}

const environmentFor = ({ url }: DiscordStandIn) => ({
  API_URL: 'http://127.0.0.1:1',
  SERVICE_TOKEN: serviceToken,
  DISCORD_TOKEN: token,
  DISCORD_APPLICATION_ID: applicationId,
  DISCORD_GUILD_ID: guildId,
  DISCORD_API_URL: url,
})

const standInForTest = (): Promise<DiscordStandIn> => startTestDiscord({}, { onTestFinished })

test('a wrong configuration names every problem and ends with 78', async () => {
  const { ended, said } = run({
    API_URL: 'http://lists.example.org',
    DISCORD_TOKEN: 'x',
    DISCORD_GUILD_ID: 'general',
  })
  expect(await ended).toBe(78)
  for (const name of [
    'API_URL is http://lists.example.org',
    'SERVICE_TOKEN is missing',
    'DISCORD_APPLICATION_ID is missing',
    'DISCORD_GUILD_ID is not valid',
  ])
    expect(said()).toContain(name)
})

test.for(['SIGTERM', 'SIGINT'] as const)('%s: leaves Discord and ends with 0', async (signal) => {
  const standIn = await standInForTest()
  const { child, ended } = run(environmentFor(standIn))
  await standIn.waitForBot({ commands: ['subscribe'] })
  child.kill(signal)
  expect(await ended).toBe(0)
  await expect.poll(() => standIn.connectedBots).toBe(0)
})

test('a token that Discord does not accept: a clear sentence, and 1, so that the supervisor starts it again', async () => {
  const standIn = await standInForTest()
  const { ended, said } = run({ ...environmentFor(standIn), DISCORD_TOKEN: 'an.other.token' })
  expect(await ended).toBe(1)
  expect(said()).toContain('Discord does not accept DISCORD_TOKEN')
  expect(said()).not.toContain('an.other.token')
})

test('a role for linked members without the intent that it needs: a sentence that names the switch', async () => {
  const standIn = await standInForTest()
  const role = { DISCORD_VERIFIED_ROLE_ID: '500000000000000001' }
  const { ended, said } = run({ ...environmentFor(standIn), ...role })
  expect(await ended).toBe(1)
  expect(said()).toContain('Switch on “Server Members Intent” in the developer portal')
})

test('a service token that the API does not take: a sentence that names it', async () => {
  const standIn = await standInForTest()
  const refusing = createServer((_request, response) => {
    const { status, body } = problem('NOT_AUTHENTICATED')
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body))
  })
  refusing.listen(0, '127.0.0.1')
  await once(refusing, 'listening')
  onTestFinished(() => void refusing.close())
  const { port } = refusing.address() as AddressInfo
  const { said } = run({ ...environmentFor(standIn), API_URL: `http://127.0.0.1:${port}` })
  await expect.poll(said, { timeout: 20_000 }).toMatch(/127\.0\.0\.1:\d+\) does not take SERVICE_TOKEN/)
  expect(said()).not.toContain(serviceToken)
})
