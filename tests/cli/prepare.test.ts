import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const long = new Date('2020-01-01')
const servers = ['slapd', 'ldapsearch', 'redis-server']

type Clone = {
  folder: string
  write: (path: string, words: string) => Promise<void>
  prepare: (options?: Options) => Promise<Outcome>
}

type Options = { args?: string[]; environment?: Record<string, string>; platform?: string }

type Outcome = {
  code: number | null
  said: string
  /** The commands that it ran, a line each. */
  ran: string
}

/** A clone with its packages installed, on a machine that has these programs and nobody who may install others. */
async function cloneOn(programs: string[]): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-prepare-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const write = async (path: string, words: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), words)
  }
  const program = async (name: string, script: string) => {
    await write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >>"${folder}/ran"\n${script}\n`)
    await chmod(join(folder, 'bin', name), 0o755)
  }
  await cp(join(repository, 'cli/prepare.mjs'), join(folder, 'cli/prepare.mjs'), { recursive: true })
  await cp(join(repository, 'cli/find-browser.mjs'), join(folder, 'cli/find-browser.mjs'))
  await write('package-lock.json', '{}')
  await utimes(join(folder, 'package-lock.json'), long, long)
  await write('node_modules/.package-lock.json', '{}')
  await write('node_modules/.bin/node', '')
  await program('npm', ': >node_modules/.package-lock.json')
  await program('apt-get', 'exit 1')
  for (const name of programs) await program(name, 'exit 1')
  await write('ran', '')

  const prepare = async ({ args = [], environment = {}, platform = process.platform }: Options = {}) => {
    await write(
      'somebody.cjs',
      `process.getuid = () => 1000\nObject.defineProperty(process, 'platform', { value: '${platform}' })`,
    )
    await write('ran', '')
    const child = spawn(
      process.execPath,
      ['--require', join(folder, 'somebody.cjs'), join(folder, 'cli/prepare.mjs'), ...args],
      { env: { PATH: `${join(folder, 'bin')}:/bin-of-nobody`, ...environment } },
    )
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ])
    return { code, said: `${out}${err}`, ran: await readFile(join(folder, 'ran'), 'utf8') }
  }
  return { folder, write, prepare }
}

test('with everything there it runs no command and says nothing', async () => {
  const { prepare } = await cloneOn(servers)
  expect(await prepare()).toEqual({ code: 0, said: '', ran: '' })
})

test('packages that are older than the lock file are installed anew, once', async () => {
  const { folder, prepare } = await cloneOn(servers)
  await utimes(join(folder, 'node_modules/.package-lock.json'), long, long)
  await writeFile(join(folder, 'package-lock.json'), '{ }')
  const first = await prepare()
  expect(first.code).toBe(0)
  expect(first.ran).toMatch(/^npm ci .*\n$/)
  expect(first.said).toContain('Installing the packages from npm ...')
  const { mtimeMs } = await stat(join(folder, 'package-lock.json'))
  expect((await stat(join(folder, 'node_modules/.prepared'))).mtimeMs).toBeGreaterThanOrEqual(
    Math.floor(mtimeMs),
  )
  expect(await prepare()).toEqual({ code: 0, said: '', ran: '' })
})

test('what is missing is named, with the way to get it there', async () => {
  const { prepare } = await cloneOn(['slapd', 'ldapsearch'])
  const mac = await prepare({ platform: 'darwin' })
  expect(mac).toMatchObject({ code: 1, ran: '' })
  expect(mac.said).toContain('Not installed: redis-server. Get it with: brew install redis')
  const linux = await prepare()
  expect(linux).toMatchObject({ code: 1, ran: '' })
  expect(linux.said).toContain('Not installed: redis-server.')
  expect(linux.said.trim().split('\n')).toHaveLength(1)
})

test('what names a real server makes its stand-in unnecessary, wherever npm start would find it', async () => {
  const { folder, write, prepare } = await cloneOn(['slapd', 'ldapsearch'])
  const nothing = { code: 0, said: '', ran: '' }
  const url = 'redis://redis.example.org'
  expect(await prepare({ environment: { REDIS_URL: url } })).toEqual(nothing)
  expect(await prepare({ environment: { REDIS_URL_FILE: '/run/redis-url' } })).toEqual(nothing)

  await write('.env.prod', `REDIS_URL=${url}\n`)
  expect(await prepare({ environment: { APP_ENV: 'prod' } })).toEqual(nothing)
  expect((await prepare()).code).toBe(1)
  await write('.env.dev', `# ours\nREDIS_URL="${url}"\n`)
  expect(await prepare()).toEqual(nothing)
  expect((await prepare({ environment: { REDIS_URL: '' } })).code).toBe(1)
  await write('.env.dev', `REDIS_URL_FILE=${folder}/redis-url\n`)
  expect(await prepare()).toEqual(nothing)
})

test.each(['--demo', '--test', '--bench'])('%s uses stand-ins only, whatever is named', async (flag) => {
  const { write, prepare } = await cloneOn(['slapd', 'ldapsearch'])
  await write('.env.dev', 'REDIS_URL=redis://redis.example.org\n')
  const outcome = await prepare({ args: [flag], environment: { REDIS_URL: 'redis://redis.example.org' } })
  expect(outcome.code).toBe(1)
  expect(outcome.said).toContain('Not installed: redis-server')
})

test('npm start and npm run bench tell it what they were asked for', async () => {
  const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const { folder, write } = await cloneOn(servers)
  await write('bin/node', `#!/bin/sh\necho "node $*" >>"${folder}/ran"\n`)
  await chmod(join(folder, 'bin/node'), 0o755)
  await write('node_modules/.bin/node', `#!/bin/sh\necho "own node $*" >>"${folder}/ran"\n`)
  await chmod(join(folder, 'node_modules/.bin/node'), 0o755)
  // As npm does it: what stands after the double dash is put behind the script.
  const run = async (script: string) => {
    await writeFile(join(folder, 'ran'), '')
    const child = spawn('/bin/sh', ['-c', script], { cwd: folder, env: { PATH: join(folder, 'bin') } })
    await once(child, 'close')
    return (await readFile(join(folder, 'ran'), 'utf8')).trim().split('\n')
  }
  expect(await run(`${scripts['start']} --data "my folder"`)).toEqual([
    'node cli/prepare.mjs --data my folder',
    'own node sandbox/start.ts --data my folder',
  ])
  expect(await run(`${scripts['bench']}`)).toEqual(['node cli/prepare.mjs --bench', 'own node bench/main.ts'])
})

test('a browser is looked for in one way: the tests are left out in so many words', async () => {
  const { prepare, write, folder } = await cloneOn(servers)
  const environment = { CHROMIUM: '/nowhere/chromium' }
  const without = await prepare({ args: ['--test'], environment })
  expect(without).toEqual({
    code: 0,
    said: 'The tests that need a browser are skipped: CHROMIUM is /nowhere/chromium, and there is no such file.\n',
    ran: '',
  })
  await write('chrome', '')
  const named = { CHROMIUM: join(folder, 'chrome') }
  expect(await prepare({ args: ['--test'], environment: named })).toEqual({ code: 0, said: '', ran: '' })
})
