import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { inject, type TestContext } from 'vitest'
import type { ListClass } from '../../domain/contracts/directory.ts'
import { seedLdif } from '../../sandbox/people.ts'
import { startMailSink, type MailSink } from '../../sandbox/servers/mail-sink.ts'
import { startRedis, type Redis } from '../../sandbox/servers/redis.ts'
import { startSlapd, type Slapd, type SlapdOptions } from '../../sandbox/servers/slapd.ts'
import { cleanUpAfter } from './cleanup.ts'

// Each of these ends what it started after the test `t`, or without `t` after the file's last test.

/** A database with the schema up to date (or an empty one), for this test or file alone. */
export async function createTestDatabase(
  t?: TestContext,
  { empty = false, encoding = 'UTF8' }: { empty?: boolean; encoding?: string } = {},
): Promise<{ url: string; name: string }> {
  const template = inject('template')
  if (!empty && 'failure' in template) throw new Error(`The migrations failed.\n${template.failure}`)
  const source = empty || 'failure' in template ? 'template0' : template.database
  const name = freshName()
  const adminUrl = inject('postgresUrl')
  // File by file: the other way, through the log of Postgres, takes twice as long where files are in memory.
  const locale = encoding === 'UTF8' ? '' : `encoding '${encoding}' locale 'C' locale_provider libc`
  await runSql(adminUrl, `create database ${name} template ${source} strategy file_copy ${locale}`)
  cleanUpAfter(t, () => runSql(adminUrl, `drop database if exists ${name} with (force)`))
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return { url: url.href, name }
}

/** One statement, or several, in the database of `url`; gives the rows of the last. For set-up and for looking. */
export async function runSql<Row extends pg.QueryResultRow = pg.QueryResultRow>(
  url: string,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return lastRows<Row>(await client.query<Row>(text, values))
  } finally {
    await client.end()
  }
}

export type Sql = <Row extends pg.QueryResultRow = pg.QueryResultRow>(
  text: string,
  values?: unknown[],
) => Promise<Row[]>

/**
 * The same for many statements, on connections that are kept until the end: making one costs more than most statements do. What a
 * statement sets for its session would stay there, so it says `set local`.
 */
export function keepSql(url: string, t?: TestContext): Sql {
  const pool = new pg.Pool({ connectionString: url, idleTimeoutMillis: 0 })
  // One that was cut while nobody used it is not given out again.
  pool.on('error', () => {})
  cleanUpAfter(t, () => pool.end())
  return async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
    lastRows<Row>(await pool.query<Row>(text, values))
}

/** Of several statements there are several results. */
function lastRows<Row extends pg.QueryResultRow>(result: pg.QueryResult<Row> | pg.QueryResult<Row>[]): Row[] {
  return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
}

/** mongodb://… of a database for this test file alone, or null where FerretDB is not built. */
export function mongoTestUrl(): string | null {
  const url = inject('mongoUrl')
  return url === null ? null : `${url}${freshName()}`
}

/** The run's Redis, shared by all files: give your keys names of their own. */
export function redisTestUrl(): string {
  return inject('redisUrl')
}

/** A Redis of this test's own, to be stopped, frozen and restarted. */
export async function startTestRedis(t?: TestContext): Promise<Redis> {
  const redis = await startRedis({ dir: await freshDir('redis') })
  cleanUpAfter(t, () => redis.stop())
  return redis
}

/** A mail server of this test's own that keeps what it is sent. */
export async function startTestMailSink(t?: TestContext): Promise<MailSink> {
  const sink = await startMailSink()
  cleanUpAfter(t, () => sink.stop())
  return sink
}

export type TestDirectory = Slapd & {
  listClass: ListClass
  /** What the invented people sign in with. */
  passwordOf: (uid: string) => string
  personDn: (uid: string) => string
  listDn: (list: string) => string
  /** The member values of a list as they are, sorted, without the placeholder. */
  membersOf: (list: string) => Promise<string[]>
  /** The value that stands for a person in a list of this class. */
  memberValue: (uid: string) => string
  /** What holds the members in this class. */
  memberAttribute: string
  /** LDIF changes by another tool, as the directory's admin. Throws with what ldapmodify says, which `options` are for. */
  ldapmodify: (ldif: string, ...options: string[]) => Promise<void>
  /** What ldapsearch prints as LDIF, as the directory's admin. */
  ldapsearch: (base: string, filter: string, ...attributes: string[]) => Promise<string>
}

export type TestDirectoryOptions = Partial<Omit<SlapdOptions, 'dir' | 'fsync'>> & { listClass?: ListClass }

/** A directory of this test's own, with the invented people and lists of the sandbox (or `seedLdif`). */
export async function startTestDirectory(
  options: TestDirectoryOptions = {},
  t?: TestContext,
): Promise<TestDirectory> {
  const { listClass = 'groupOfUniqueNames', suffix = 'dc=example,dc=org', ...rest } = options
  const dir = await freshDir('slapd')
  const slapd = await startSlapd({
    seedLdif: seedLdif({ listClass, suffix, passwordOf }),
    logLevel: 256,
    ...rest,
    dir,
    suffix,
    fsync: 'off',
  })
  cleanUpAfter(t, async () => {
    await slapd.stop()
    await rm(join(dir, 'data'), { recursive: true, force: true })
  })
  const asAdmin = ['-x', '-H', slapd.url, '-D', slapd.admin.dn, '-w', slapd.admin.password]
  const memberAttribute = memberAttributes[listClass]
  const personDn = (uid: string) => `uid=${uid},${slapd.peopleBase}`
  const listDn = (list: string) => `cn=${list},${slapd.listsBase}`
  const ldapsearch = async (base: string, filter: string, ...attributes: string[]) => {
    const args = ['-LLL', '-o', 'ldif-wrap=no', ...asAdmin, '-b', base, filter, ...attributes]
    return (await promisify(execFile)('ldapsearch', args, { maxBuffer: 1 << 30 })).stdout
  }
  // The getters of slapd (its process changes at a restart) must stay getters.
  return Object.defineProperties(
    {
      listClass,
      memberAttribute,
      passwordOf,
      personDn,
      listDn,
      ldapsearch,
      async membersOf(list: string) {
        const ldif = await ldapsearch(listDn(list), '(objectClass=*)', memberAttribute)
        const values = ldif.split('\n').flatMap((line) => valueOf(line, memberAttribute) ?? [])
        return values.filter((value) => value !== slapd.worker.dn).sort()
      },
      memberValue(uid: string) {
        if (listClass === 'posixGroup') return uid
        return listClass === 'nisMailAlias' ? `${uid}@example.org` : personDn(uid)
      },
      async ldapmodify(ldif: string, ...options: string[]) {
        await feed('ldapmodify', [...asAdmin, ...options], ldif)
      },
    },
    Object.getOwnPropertyDescriptors(slapd),
  ) as TestDirectory
}

function passwordOf(uid: string): string {
  return `${uid} sings`
}

const memberAttributes: Record<ListClass, string> = {
  groupOfUniqueNames: 'uniqueMember',
  groupOfNames: 'member',
  posixGroup: 'memberUid',
  nisMailAlias: 'rfc822MailMember',
}

/** The value of an LDIF line of that attribute, plain or base64. */
function valueOf(line: string, attribute: string): string | null {
  const match = /^([A-Za-z0-9]+)(::?) (.*)$/.exec(line)
  if (match?.[1] !== attribute || match[3] === undefined) return null
  return match[2] === '::' ? Buffer.from(match[3], 'base64').toString() : match[3]
}

function feed(command: string, args: string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command}: ${complaint.trim()}`)),
    )
    child.stdin.end(input)
  })
}

function freshName(): string {
  return `test_${randomBytes(6).toString('hex')}`
}

/** Among the logs of the run, so that a failed test leaves its server's log. */
async function freshDir(server: string): Promise<string> {
  const dir = join(inject('runDir'), 'logs', `${server}-${freshName()}`)
  await mkdir(dir)
  return dir
}
