import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { openDatabase } from '../../domain/store/database.ts'
import { readHealth } from '../../domain/store/installation/read-health.ts'
import { migrations } from '../../migrations/index.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { createTestDatabase, keepSql } from '../_support/servers.ts'

const command = join(import.meta.dirname, '../../cli/migrate.ts')
const names = migrations.map(({ name }) => name)
const later = '999-of-a-later-version'

/** A database whose schema a later version has taken a step further, and `npm run migrate` of this version on it. */
async function newerSchema(t: TestContext) {
  const { url } = await createTestDatabase(t)
  const sql = keepSql(url, t)
  await sql(`insert into schema_migration (name, batch, migration_time) values ($1, 2, now())`, [later])
  return {
    url,
    migrate: (...args: string[]) => run(args, url),
    sql,
    steps: async () =>
      (await sql<{ name: string }>('select name from schema_migration order by id')).map(({ name }) => name),
  }
}

function run(args: readonly string[], url?: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    // Elsewhere than in the repository: a developer's own .env.dev is nothing to a test.
    const options = {
      env: { ...compileCache, ...(url === undefined ? {} : { DATABASE_URL: url }) },
      cwd: tmpdir(),
    }
    execFile(process.execPath, [command, ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

it('is content with the schema of a later version, says so, and changes nothing', async (t) => {
  const { migrate, steps } = await newerSchema(t)
  expect(await migrate()).toEqual({
    code: 0,
    out: `The schema is newer than this version, which does not know ${later}: nothing was changed.\n`,
    err: '',
  })
  expect(await steps()).toEqual([...names, later])
})

it('leaves a schema on which the processes of this version are ready', async (t) => {
  const { url } = await newerSchema(t)
  const db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(t, () => db.destroy())
  expect(await readHealth(db, { migrations: names, mirrorMaxAgeS: 60 })).toMatchObject({ schema: 'up' })
})

it('shows which steps are a later version’s', async (t) => {
  const { migrate } = await newerSchema(t)
  const { code, out } = await migrate('status')
  expect(code).toBe(0)
  expect(out.trim().split('\n')).toEqual([
    ...names.map((name) => `applied  ${name}`),
    `newer    ${later}: this version does not know it`,
  ])
})

it('takes nothing back while the newest step is one that it does not know', async (t) => {
  const { migrate, steps } = await newerSchema(t)
  expect(await migrate('down')).toEqual({
    code: 1,
    out: '',
    err: `Nothing was taken back: ${later} is of a later version. Take it back with the version that brought it.\n`,
  })
  expect(await steps()).toEqual([...names, later])
})

it('goes up no further where a step of its own is missing below one that it does not know', async (t) => {
  const { migrate, sql, steps } = await newerSchema(t)
  await sql('delete from schema_migration where name = $1', [names.at(-1)])
  const { code, err } = await migrate()
  expect({ code, err }).toEqual({
    code: 1,
    err: `Nothing was changed: ${later} is in the database and not in this version, ${names.at(-1)} the other way round. Use the version that brought what is in the database, or one that has both.\n`,
  })
  expect(await steps()).toEqual([...names.slice(0, -1), later])
})

it.each([['up'], ['status'], ['down'], ['stamp']])(
  'says of a database that does not answer that it does not: %s',
  async (word) => {
    const { code, err } = await run([word], 'postgres://x:secret@127.0.0.1:9/x')
    expect(code).toBe(1)
    expect(err).toMatch(/^The database does not answer: .*ECONNREFUSED.*\n$/)
    expect(err).not.toContain('secret')
  },
)

it('tells how it is used without a database, and ends with 64 when it was used wrongly', async () => {
  for (const help of ['--help', '-h', 'help'])
    expect(await run([help])).toEqual({
      code: 0,
      out: expect.stringContaining('npm run migrate'),
      err: '',
    })
  for (const wrong of [['sideways'], ['--what'], ['up', 'down']])
    expect(await run(wrong)).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringContaining('npm run migrate'),
    })
})
