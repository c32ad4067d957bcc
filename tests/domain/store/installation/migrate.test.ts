import { expect, it } from 'vitest'
import { migrateDown, migrateUp, migrationStatus } from '../../../../domain/store/installation/migrate.ts'
import { migrations } from '../../../../migrations/index.ts'
import { createTestDatabase, runSql } from '../../../_support/servers.ts'

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
  expect(await migrationStatus(url, migrations)).toEqual({ applied: [], pending: names, newer: [] })
  expect(await migrateUp(url, migrations, 'dev')).toEqual(names)
  expect(await migrateUp(url, migrations, 'dev')).toEqual([])
  expect(await migrationStatus(url, migrations)).toEqual({ applied: names, pending: [], newer: [] })
  expect(await tablesIn(url)).toEqual(
    expect.arrayContaining(['member', 'list', 'change', 'audit_entry', 'mail']),
  )
  expect(await migrateDown(url, migrations)).toEqual([names.at(-1)])
  expect(await migrateUp(url, migrations, 'dev')).toEqual([names.at(-1)])
  await migrateDown(url, migrations, true)
  expect(await tablesIn(url)).toEqual([])
})

it('leaves a new database alone that can’t hold every name', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true, encoding: 'LATIN1' })
  await expect(migrateUp(url, migrations, 'dev')).rejects.toThrow(/in LATIN1.*Make it anew/)
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

it('makes no full link of one that was proven less, back and forward again', async (t) => {
  const { url } = await createTestDatabase(t)
  await runSql(
    url,
    `with people as (
       insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys)
       select gen_random_uuid(), gen_random_uuid(), '', '', method, method, '', '{}', '{}'
       from unnest('{web,mail,operator,import}'::text[]) as m (method) returning id, uid)
     insert into discord_link (id, discord_user_id, member_id, method) select gen_random_uuid(), 10000000000000000 + length(uid), id, uid from people`,
  )
  const steps = names.length - names.indexOf('008-identity')
  for (let step = 0; step < steps; step += 1) await migrateDown(url, migrations)
  await migrateUp(url, migrations, 'dev')
  expect(
    await runSql(
      url,
      'select uid from discord_link l join member m on m.id = l.member_id where unlinked_at is null order by 1',
    ),
  ).toEqual([{ uid: 'operator' }, { uid: 'web' }])
})

it('lets a step take as long as it takes, whatever other statements may', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const look = `do $$ begin
    if current_setting('statement_timeout') <> '0' then raise exception 'this would be cut off'; end if;
  end $$`
  const steps = [...migrations, { name: '999-long', up: look, down: look }]
  expect(await migrateUp(url, steps, 'dev')).toContain('999-long')
  expect(await migrateDown(url, steps)).toEqual(['999-long'])
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
  // Only forgetting somebody goes by these: rare enough for a look at all rows, while each index would cost every write.
  expect(bare.map((row) => row.name).sort()).toEqual([
    'change.requested_by',
    'link_attempt.link_id',
    'mail.member_id',
  ])
})
