import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MongoBackend } from '@agendajs/mongo-backend'
import { Redis as RedisClient, type RedisOptions } from 'ioredis'
import { describe, expect, test, type TestContext } from 'vitest'
import type { ListClass } from '../../domain/contracts/directory.ts'
import { lists, people } from '../../sandbox/people.ts'
import { startPostgres, type PostgresOptions } from '../../sandbox/servers/postgres.ts'
import { makeSelfSigned } from '../../sandbox/servers/self-signed.ts'
import type { Account } from '../../sandbox/servers/slapd.ts'
import {
  mongoTestUrl,
  runSql,
  startTestDirectory,
  startTestRedis,
  type TestDirectory,
} from '../_support/servers.ts'

const run = promisify(execFile)

describe('Postgres', () => {
  test('keeps its data over a stop, a crash and a process number that somebody else has now', async (t) => {
    const options = postgresOptions(await freshDir(t))
    let postgres = await started(t, options)
    await runSql(postgres.url, `create table tale (told text); insert into tale values ('雅婷')`)
    await postgres.stop()

    postgres = await started(t, options)
    process.kill(postgres.pid, 'SIGKILL')
    await expect.poll(() => isAlive(postgres.pid)).toBe(false)
    const lock = join(options.dataDir, 'postmaster.pid')
    const [, ...others] = (await readFile(lock, 'utf8')).split('\n')
    await writeFile(lock, [process.pid, ...others].join('\n'))

    postgres = await started(t, options)
    expect(await runSql(postgres.url, 'select told, upper(told || $1) as up from tale', ['é'])).toEqual([
      { told: '雅婷', up: '雅婷É' },
    ])
  })

  test('makes databases from a template, and drops them with people in them', async (t) => {
    const postgres = await started(t, postgresOptions(await freshDir(t)))
    await runSql(postgres.url, 'create table tale ()')
    const copy = await postgres.createDatabase('copy', 'guildpost')
    expect(await runSql(copy, 'select * from tale')).toEqual([])
    await postgres.dropDatabase('copy')
    await expect(runSql(copy, 'select 1')).rejects.toThrow('does not exist')
    await expect(postgres.createDatabase('a"b')).rejects.toThrow('is no name for a database')
  })

  test('lets nobody in without the password, and says when the data has another one', async (t) => {
    const options = postgresOptions(await freshDir(t))
    const postgres = await started(t, options)
    const wrong = new URL(postgres.url)
    wrong.password = 'guess'
    await expect(runSql(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
    await postgres.stop()
    await expect(startPostgres({ ...options, password: 'guess' })).rejects.toThrow('another password')
  })

  test.skipIf(process.getuid?.() !== 0)(
    'runs for root even where user namespaces are forbidden',
    async (t) => {
      const notices: string[] = []
      const options = {
        ...postgresOptions(await freshDir(t)),
        rootBy: 'system user' as const,
        onNotice: (sentence: string) => void notices.push(sentence),
      }
      let postgres = await started(t, options)
      const elsewhere = await readFile(join(options.dataDir, 'data-is-elsewhere'), 'utf8')
      t.onTestFinished(() => rm(elsewhere, { recursive: true }))
      expect(notices).toEqual([expect.stringContaining(elsewhere)])
      await runSql(postgres.url, 'create table tale ()')
      await postgres.stop()
      postgres = await started(t, options)
      expect(await runSql(postgres.url, 'select * from tale')).toEqual([])
      await postgres.stop()
      await rm(options.dataDir, { recursive: true })
      postgres = await started(t, options)
      await expect(runSql(postgres.url, 'select * from tale')).rejects.toThrow('does not exist')
    },
  )

  test('ends soon after whoever started it was killed', async (t) => {
    const options = postgresOptions(await freshDir(t))
    const module = new URL('../../sandbox/servers/postgres.ts', import.meta.url).href
    const program = `import { startPostgres } from '${module}'
      const { pid } = await startPostgres(${JSON.stringify(options)})
      console.log(pid)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.onTestFinished(() => void parent.kill('SIGKILL'))
    const pid = Number(await new Promise((resolve) => void parent.stdout.once('data', resolve)))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isAlive(pid)).toBe(false)
  })
})

describe('slapd', () => {
  test.each<ListClass>(['groupOfUniqueNames', 'groupOfNames', 'posixGroup', 'nisMailAlias'])(
    'holds the invented people and lists as %s',
    async (listClass) => {
      const directory = await startTestDirectory({ listClass })
      expect(entriesIn(await directory.ldapsearch(directory.peopleBase, '(uid=*)', 'uid'))).toBe(
        people.length,
      )
      for (const { name, members } of lists) {
        expect(await directory.membersOf(name)).toEqual(members.map(directory.memberValue).sort())
      }
      const stranger = directory.memberValue('stranger')
      const { memberAttribute } = directory
      await directory.ldapmodify(
        `dn: ${directory.listDn('newcomers')}\nchangetype: modify\nadd: ${memberAttribute}\n${memberAttribute}: ${stranger}\n`,
      )
      expect(await directory.membersOf('newcomers')).toEqual([stranger])
    },
  )

  test('logs every write for replicas when asked to, and keeps that over a restart', async (t) => {
    const directory = await startTestDirectory({ accesslog: 'on' }, t)
    const newcomers = `dn: ${directory.listDn('newcomers')}\nchangetype: modify\n`
    const value = directory.memberValue('stranger')
    await directory.ldapmodify(`${newcomers}add: uniqueMember\nuniqueMember: ${value}\n`)
    await directory.restart()
    await directory.ldapmodify(`${newcomers}delete: uniqueMember\nuniqueMember: ${value}\n`)
    const log = await directory.ldapsearch('cn=accesslog', '(objectClass=auditModify)', 'reqMod')
    expect(log).toContain(`reqMod: uniqueMember:+ ${value}`)
    expect(log).toContain(`reqMod: uniqueMember:- ${value}`)
    expect(await directory.membersOf('news')).not.toEqual([])
  })

  test('gives each account what it needs and nothing else', async (t) => {
    const directory = await startTestDirectory({}, t)
    const { worker, reader, peopleBase, listsBase, suffix, personDn, listDn } = directory
    const alice = { dn: personDn('alice'), password: directory.passwordOf('alice') }

    const everything = await searchAs(directory, worker, suffix, '(objectClass=*)', '*', '+')
    expect(entriesIn(everything)).toBeGreaterThan(people.length + lists.length)
    expect(everything).not.toContain('userPassword')
    const found = await searchAs(directory, reader, peopleBase, '(mail=alice@example.org)', '*', 'entryUUID')
    expect(found).toMatch(/^uid: alice$/m)
    expect(found).toMatch(/^entryUUID: /m)
    expect(found).not.toMatch(/^(userPassword|homeDirectory|sn):/m)
    await expect(searchAs(directory, reader, listsBase, '(cn=*)')).rejects.toThrow('No such object')
    await expect(searchAs(directory, null, peopleBase, '(uid=alice)')).rejects.toThrow('No such object')

    expect(await whoAmI(directory, alice)).toContain(alice.dn)
    await expect(whoAmI(directory, { ...alice, password: 'guess' })).rejects.toThrow('Invalid credentials')

    await modifyAs(directory, worker, rename(listDn('news')))
    for (const [account, dn] of [
      [worker, personDn('alice')],
      [worker, directory.adminGroup],
      [worker, listsBase],
      [reader, listDn('news')],
      [alice, listDn('news')],
      [alice, alice.dn],
    ] as const) {
      await expect(modifyAs(directory, account, rename(dn))).rejects.toThrow(
        /Insufficient access|No such object/,
      )
    }
    const choir2 = `dn: ${listDn('choir2')}\nchangetype: add\nobjectClass: nisMailAlias\ncn: choir2\n`
    await modifyAs(directory, worker, choir2)
    await modifyAs(directory, worker, `dn: ${listDn('choir2')}\nchangetype: delete\n`)
  })

  test('keeps its data over a restart and a crash', async (t) => {
    const directory = await startTestDirectory({}, t)
    await directory.ldapmodify(`dn: ${directory.listDn('jobs')}\nchangetype: delete\n`)
    await directory.kill9()
    await directory.restart()
    expect(await directory.membersOf('news')).toContain(directory.personDn('carol'))
    await expect(directory.membersOf('jobs')).rejects.toThrow('No such object')
  })

  test('can be frozen and thawed', async (t) => {
    const directory = await startTestDirectory({}, t)
    directory.pause()
    const answer = directory.membersOf('news')
    const impatient = run('ldapwhoami', ['-x', '-H', directory.url], { timeout: 300 })
    await expect(impatient).rejects.toMatchObject({ killed: true })
    directory.resume()
    expect(await answer).not.toEqual([])
  })

  test('speaks LDAPS and StartTLS with a certificate that clients can check', async (t) => {
    const tls = await makeSelfSigned(await freshDir(t))
    const directory = await startTestDirectory({ tls }, t)
    const { ldapsUrl, url, worker } = directory
    const env = { ...process.env, LDAPTLS_CACERT: tls.caFile }
    const as = ['-x', '-D', worker.dn, '-w', worker.password]
    expect((await run('ldapwhoami', ['-H', String(ldapsUrl), ...as], { env })).stdout).toContain(worker.dn)
    expect((await run('ldapwhoami', ['-H', url, '-ZZ', ...as], { env })).stdout).toContain(worker.dn)
    const stranger = { env: { ...process.env, LDAPTLS_CACERT: '/dev/null' } }
    await expect(run('ldapwhoami', ['-H', String(ldapsUrl), ...as], stranger)).rejects.toThrow(
      "Can't contact LDAP server",
    )
  })
})

describe('Redis', () => {
  test('gives each environment its own keys and channels, and no means to harm the other', async (t) => {
    const redis = await startTestRedis(t)
    const dev = redisClient(t, redis.url)
    const pro = redisClient(t, redis.proUrl)
    const listener = redisClient(t, redis.url)
    const heard: string[] = []
    listener.on('message', (_channel, message) => heard.push(message))
    await listener.subscribe('dev:jobs')

    expect(await dev.set('dev:a', '1', 'EX', 60)).toBe('OK')
    expect(await dev.eval(`return redis.call('get', KEYS[1])`, 1, 'dev:a')).toBe('1')
    await dev.publish('dev:jobs', 'wake up')
    await expect.poll(() => heard).toEqual(['wake up'])
    expect(await dev.info('server')).toContain('redis_version')
    await expect(dev.get('a')).rejects.toThrow('NOPERM')
    await expect(pro.get('dev:a')).rejects.toThrow('NOPERM')
    await expect(pro.publish('dev:jobs', 'x')).rejects.toThrow('NOPERM')
    await expect(dev.flushall()).rejects.toThrow('NOPERM')
    await expect(dev.config('GET', '*')).rejects.toThrow('NOPERM')
    const nobody = redisClient(t, `redis://127.0.0.1:${redis.port}`, { enableReadyCheck: false })
    await expect(nobody.get('dev:a')).rejects.toThrow('NOAUTH')

    await listener.unsubscribe('dev:jobs')
    await redis.restart()
    await expect.poll(() => dev.get('dev:a')).toBeNull()
  })
})

describe('FerretDB', () => {
  const url = mongoTestUrl()

  test.skipIf(url === null)('stores what Agenda asks of MongoDB', async (t) => {
    const backend = new MongoBackend({ address: String(url) })
    await backend.connect()
    t.onTestFinished(() => backend.disconnect())
    expect(await backend.repository.getJobsOverview()).toEqual([])
  })
})

function postgresOptions(dir: string): PostgresOptions {
  return { dataDir: join(dir, 'postgres'), password: 'secret', settings: { fsync: 'off' } }
}

async function started(t: TestContext, options: PostgresOptions) {
  const postgres = await startPostgres(options)
  t.onTestFinished(() => postgres.stop())
  return postgres
}

/** As `mktemp -d` makes it: nobody else may enter. */
async function freshDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'guildpost-servers-'))
  t.onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function redisClient(t: TestContext, url: string, options: RedisOptions = {}): RedisClient {
  const client = new RedisClient(url, options)
  // It reports the restart; its commands say what matters here.
  client.on('error', () => {})
  t.onTestFinished(() => client.disconnect())
  return client
}

function entriesIn(ldif: string): number {
  return ldif.match(/^dn:/gm)?.length ?? 0
}

function rename(dn: string): string {
  return `dn: ${dn}\nchangetype: modify\nreplace: description\ndescription: Mine now\n`
}

async function searchAs(directory: TestDirectory, account: Account | null, base: string, ...what: string[]) {
  const args = ['-LLL', ...identity(directory, account), '-b', base, ...what]
  return (await run('ldapsearch', args, { maxBuffer: 1 << 26 })).stdout
}

async function whoAmI(directory: TestDirectory, account: Account): Promise<string> {
  return (await run('ldapwhoami', identity(directory, account))).stdout
}

async function modifyAs(directory: TestDirectory, account: Account, ldif: string): Promise<void> {
  const modification = run('ldapmodify', identity(directory, account))
  modification.child.stdin?.end(ldif)
  await modification
}

function identity({ url }: TestDirectory, account: Account | null): string[] {
  return ['-x', '-H', url, ...(account === null ? [] : ['-D', account.dn, '-w', account.password])]
}
