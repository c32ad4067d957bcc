import { expect, it } from 'vitest'
import { migrateDown, migrateUp, migrationStatus } from '../../../domain/store/migrate.ts'
import { migrations } from '../../../migrations/index.ts'
import { createTestDatabase, runSql } from '../../_support/servers.ts'

const names = migrations.map((step) => step.name)
const tablesIn = async (url: string) =>
  (
    await runSql<{ name: string }>(
      url,
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_name not like 'schema_migration%'`,
    )
  ).map((row) => row.name)

it('goes up, says where it is, and goes all the way down again', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  expect(await migrationStatus(url, migrations)).toEqual({ applied: [], pending: names })
  expect(await migrateUp(url, migrations, 'dev')).toEqual(names)
  expect(await migrateUp(url, migrations, 'dev')).toEqual([])
  expect(await migrationStatus(url, migrations)).toEqual({ applied: names, pending: [] })
  expect(await tablesIn(url)).toEqual(
    expect.arrayContaining(['member', 'list', 'change', 'audit_entry', 'mail']),
  )
  expect(await migrateDown(url, migrations)).toEqual([names.at(-1)])
  expect(await migrateUp(url, migrations, 'dev')).toEqual([names.at(-1)])
  await migrateDown(url, migrations, true)
  expect(await tablesIn(url)).toEqual([])
})

it('two at once do no harm', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const applied = await Promise.all([migrateUp(url, migrations, 'dev'), migrateUp(url, migrations, 'dev')])
  expect(applied.flat().sort()).toEqual([...names].sort())
})

it('goes on after a migrator that was killed', async (t) => {
  const { url } = await createTestDatabase(t)
  await runSql(url, 'update schema_migration_lock set is_locked = 1')
  expect(await migrateUp(url, migrations, 'dev')).toEqual([])
})

it('refuses the database of the other environment', async (t) => {
  const { url } = await createTestDatabase(t)
  await expect(migrateUp(url, migrations, 'prod')).rejects.toThrow(
    'APP_ENV is prod, but this database belongs to dev',
  )
})

it('has an index for every foreign key', async (t) => {
  const { url } = await createTestDatabase(t)
  const bare = await runSql<{ name: string }>(
    url,
    `select c.conrelid::regclass || '.' || a.attname as name
     from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
       select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = a.attnum)`,
  )
  // Nothing is ever looked up, or deleted, by these.
  expect(bare.map((row) => row.name).sort()).toEqual([
    'change.requested_by',
    'link_attempt.link_id',
    'link_attempt.member_id',
    'mail.member_id',
  ])
})
