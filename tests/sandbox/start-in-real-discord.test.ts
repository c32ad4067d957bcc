import { expect, onTestFinished, test } from 'vitest'
import { startDiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { freshFolder, patience, type Start, start } from './_start.ts'

const password = /[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}/

/** A Discord that npm start did not start, with a server of its own. */
async function elsewhere() {
  const options = { token: 'real', applicationId: '400000000000000001', guildId: '400000000000000002' }
  const discord = await startDiscordStandIn({ ...options, membersIntent: true })
  onTestFinished(() => discord.stop())
  const variables = {
    DISCORD_TOKEN: options.token,
    DISCORD_APPLICATION_ID: options.applicationId,
    DISCORD_GUILD_ID: options.guildId,
    DISCORD_API_URL: discord.url,
  }
  return { discord, variables }
}

/** Types `who`, the last that is typed, and gives what is said until all has stopped. */
async function who(run: Start): Promise<string> {
  run.type('who')
  run.child.stdin?.end()
  expect(await run.ended).toBe(0)
  return run.said()
}

test(
  'from the stand-ins to the real Discord: what to do is said, and what one needs there',
  { timeout: 240_000 },
  async () => {
    const folder = await freshFolder()
    const tried = await start(['--data', folder])
    expect(await who(tried)).toMatch(new RegExp(`alice +${password.source}  Alice Anderson`))

    const { discord, variables } = await elsewhere()
    const refused = await start(['--data', folder], variables)
    expect(await refused.ended).toBe(78)
    expect(refused.said()).toContain('but DISCORD_GUILD_ID is 400000000000000002')
    expect(refused.said()).toContain(`npm start -- --data ${folder} --reset`)
    expect(refused.said()).toContain('npm start -- --data ANOTHER-FOLDER')
    expect(refused.said()).not.toContain('npm run migrate')

    const [port, healthPort] = [await freePort(), await freePort()]
    const ports = { API_PORT: String(port), HEALTH_PORT: String(healthPort) }
    const real = await start(['--data', folder, '--reset'], { ...variables, ...ports })
    await real.says('Try this in your Discord server')
    expect(discord.connectedBots).toBe(1)
    expect(discord.commands.map(({ name }) => name)).toContain('link')
    const [, shown] = new RegExp(`her password there: (${password.source})`).exec(real.said()) ?? []
    const login = await fetch(`http://127.0.0.1:${port}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'alice', password: shown }),
    })
    expect(login.status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${healthPort}/healthz`)).status).toBe(200)

    const said = await who(real)
    expect(said).toContain(`alice      ${shown}  Alice Anderson`)
    expect(said).toContain('In the real Discord you are yourself')
    expect(said).not.toContain('as alice')
    expect(discord.violations).toEqual([])

    const back = await start(['--data', folder])
    expect(await back.ended).toBe(78)
    expect(back.said()).toContain('DISCORD_TOKEN is not set, so this start has the invented one')
    await expect.poll(() => discord.connectedBots, patience).toBe(0)
  },
)
