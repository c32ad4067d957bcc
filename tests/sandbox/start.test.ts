import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshFolder, lives, patience, type Start, start } from './_start.ts'

function passwordIn({ said }: Start): string | undefined {
  return /whose directory password is ([\w-]+)/.exec(said())?.[1]
}

async function nothingIsLeft(pids: number[]): Promise<void> {
  expect(pids.length).toBeGreaterThanOrEqual(6)
  await expect.poll(() => pids.filter(lives), patience).toEqual([])
}

test('--demo plays the main path, ends with 0 and leaves nothing behind', { timeout: 120_000 }, async () => {
  const folder = await freshFolder()
  const demo = await start(['--demo'], {
    TMPDIR: folder,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  })
  const code = await demo.ended
  expect(demo.said()).toMatch(/All \d+ steps went as they should/)
  expect(code).toBe(0)
  await nothingIsLeft(demo.pids())
  expect(await readdir(folder)).toEqual([])
})

test(
  'data is kept from start to start until a reset; Ctrl-C and a crash leave no process behind',
  {
    timeout: 240_000,
  },
  async () => {
    const folder = await freshFolder()
    const first = await start(['--data', folder])
    first.type('as alice', '/link', 'login', 'code', '/subscribe list:news', 'ldap news')
    await first.says('alice is on it')
    first.type('roles', 'nonsense')
    first.child.stdin?.end()
    expect(await first.ended).toBe(0)
    expect(first.said()).toContain('Hello, Alice Anderson!')
    expect(first.said()).toContain('You’re on news now')
    expect(first.said()).toContain('alice has @verified')
    expect(first.said()).toContain('“nonsense” means nothing to me')
    await nothingIsLeft(first.pids())
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600)

    const second = await start(['--data', folder])
    await second.says('guildpost is up')
    expect(first.said()).not.toContain('Last time')
    expect(second.said()).toContain('Discord’s messages and the mails are gone')
    second.type('as alice', 'roles', '/whoami')
    await second.says('alice has @verified')
    await second.says('You’re Alice Anderson (alice) in the directory')

    const third = await start(['--data', folder])
    expect(await third.ended).toBe(75)
    expect(third.said()).toContain(`runs already in this checkout (process ${second.child.pid})`)

    const worker = Number(/worker .* process (\d+)/.exec(second.said())?.[1])
    process.kill(worker, 'SIGKILL')
    await second.says('worker ended by itself (signal SIGKILL). It is started again')
    await second.says('worker is started again (process ')

    const directory = Number(/Directory .* process (\d+)/.exec(second.said())?.[1])
    process.kill(directory, 'SIGKILL')
    await second.says(
      'The directory (slapd) ended by itself (signal SIGKILL). Ctrl-C and npm start bring it back.',
    )

    process.kill(-(second.child.pid ?? 0), 'SIGINT')
    expect(await second.ended).toBe(0)
    await nothingIsLeft(second.pids())
    expect(second.said().match(/ended by itself/g)).toHaveLength(2)
    expect(existsSync(join(folder, 'start.lock'))).toBe(false)

    const anew = await start(['--data', folder, '--reset'])
    anew.type('as alice', '/whoami')
    await anew.says('I don’t know yet who you are in the directory')
    expect(passwordIn(anew)).not.toBe(passwordIn(first))
    anew.child.kill('SIGKILL')
    await nothingIsLeft(anew.pids())
  },
)

test(
  'what can’t be: an unknown option, a port that is taken, a configuration that lacks something',
  {
    timeout: 120_000,
  },
  async () => {
    const unknown = await start(['--fast'])
    expect(await unknown.ended).toBe(64)
    expect(unknown.said()).toContain("Unknown option '--fast'")
    const noFolder = await start(['--data', import.meta.filename])
    expect(await noFolder.ended).toBe(1)
    expect(noFolder.said()).toContain('start.test.ts is a file, and the data needs a folder')

    const folder = await freshFolder()
    const wrong = await start(['--data', folder], { API_PORT: '80a', HEALTH_PORT: '99999' })
    expect(await wrong.ended).toBe(78)
    expect(wrong.said()).toContain('API_PORT is not valid ("80a", must be a whole number from 0 to 65535)')
    expect(wrong.said()).toContain('Example: API_PORT=8080')
    expect(wrong.said()).toContain(
      'HEALTH_PORT is not valid ("99999", must be a whole number from 1 to 65535)',
    )
    const one = await start(['--data', folder], { API_PORT: '28080', HEALTH_PORT: '28080' })
    expect(await one.ended).toBe(78)
    expect(one.said()).toContain('HEALTH_PORT is 28080, where the API listens')

    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const taken = await start(['--data', folder], { API_PORT: String(port) })
    expect(await taken.ended).toBe(1)
    expect(taken.said()).toContain(`API_PORT is ${port}, but something listens there already`)

    const takenHealth = await start(['--data', folder], { HEALTH_PORT: String(port) })
    expect(await takenHealth.ended).toBe(1)
    expect(takenHealth.said()).toContain(`HEALTH_PORT is ${port}, but something listens there already`)

    const lacking = await start(['--data', folder], { DISCORD_TOKEN: 'a real one' })
    expect(await lacking.ended).toBe(78)
    expect(lacking.said()).toContain('DISCORD_GUILD_ID is missing')
    expect(lacking.said()).toContain('bot can’t start with what is set')
    await expect.poll(() => lacking.pids().filter(lives), patience).toEqual([])
  },
)
