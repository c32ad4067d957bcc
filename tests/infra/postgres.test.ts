import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { migrateUp } from '../../domain/store/installation/migrate.ts'
import { migrations } from '../../migrations/index.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createScript } from '../_support/create-script.ts'
import { runSql } from '../_support/servers.ts'

const passwords = { pro_password: `it's "quoted"`, dev_password: 'another' }

/** What psql would send: its own commands left out, `:'name'` filled in. A CREATE DATABASE stands alone. */
function statements(suffix: string): string[] {
  return createScript
    .replaceAll(/^(\\|--).*$/gm, '')
    .replaceAll(/:'(\w+)'/g, (_, name: keyof typeof passwords) => pg.escapeLiteral(passwords[name]))
    .replaceAll(/\bguildpost(_dev)?\b/g, (name) => `${name}${suffix}`)
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

it('makes two databases in UTF-8, each with a role that can reach no other', async (t) => {
  const admin = inject('postgresUrl')
  const suffix = `_${process.pid}`
  cleanUpAfter(t, async () => {
    for (const name of [`guildpost${suffix}`, `guildpost_dev${suffix}`]) {
      await runSql(admin, `drop database if exists ${name} with (force)`)
      await runSql(admin, `drop role if exists ${name}`)
    }
  })
  for (const statement of statements(suffix)) await runSql(admin, statement)

  const urlOf = (role: string, password: string, database = role) => {
    const url = new URL(admin)
    Object.assign(url, {
      username: `${role}${suffix}`,
      password: encodeURIComponent(password),
      pathname: `/${database}${suffix}`,
    })
    return url.href
  }
  const pro = urlOf('guildpost', passwords.pro_password)
  const dev = urlOf('guildpost_dev', passwords.dev_password)
  expect(await runSql(pro, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }])
  // By code points, whatever libraries there are, and by what Postgres 15 knows, which docs/deploy.md takes for enough.
  expect(
    await runSql(
      pro,
      `select datlocprovider as provider, datcollversion as version, 'B' < 'a' as "byCodePoints"
       from pg_database where datname = current_database()`,
    ),
  ).toEqual([{ provider: 'c', version: null, byCodePoints: true }])
  expect(await migrateUp(pro, migrations, 'prod')).toHaveLength(migrations.length)
  expect(await migrateUp(dev, migrations, 'dev')).toHaveLength(migrations.length)
  await expect(
    runSql(urlOf('guildpost_dev', passwords.dev_password, 'guildpost'), 'select 1'),
  ).rejects.toThrow('permission denied for database')
  await expect(
    runSql(urlOf('guildpost', passwords.pro_password, 'guildpost_dev'), 'select 1'),
  ).rejects.toThrow('permission denied for database')
  await expect(runSql(dev, 'create role another_role')).rejects.toThrow('permission denied')
})
