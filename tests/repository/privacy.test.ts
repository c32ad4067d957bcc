import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { whose } from '../../domain/store/members/personal-rows.ts'
import { createTestDatabase, runSql } from '../_support/servers.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/privacy.md'), 'utf8')

/** The rows of the inventory: the tables that each is about, and its last column. */
const inventory = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|.*\| (.+) \|$/gm)].map(
  ([, tables = '', howLong = '']) => ({
    tables: [...tables.matchAll(/`(\w+)`/g)].map(([, table = '']) => table),
    howLong,
  }),
)
const named = new Set(inventory.flatMap(({ tables }) => tables))

let url: string
beforeAll(async () => {
  ;({ url } = await createTestDatabase())
})

test('every table with people, accounts or addresses in it is in the inventory', async () => {
  const found = await runSql<{ table: string }>(
    url,
    `select distinct c.table_name as table from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
       and (c.column_name ~ '(member|discord|account|address|mail|owner|actor|requested|agent|destination)'
         or (c.table_name, c.column_name) in (
           select k.table_name, k.column_name from information_schema.key_column_usage k
           join information_schema.referential_constraints r using (constraint_schema, constraint_name)
           join information_schema.constraint_column_usage u on u.constraint_name = r.unique_constraint_name
           where u.table_name = 'member'))`,
  )
  const tables = found.map(({ table }) => table)
  expect(tables).toEqual(expect.arrayContaining(['change', 'session', 'mail']))
  const missing = [...tables, ...Object.keys(whose)].filter((table) => !named.has(table))
  expect(missing.map((table) => `${table} needs its row in docs/privacy.md`)).toEqual([])
})

test('the inventory names no table that is not there', async () => {
  const tables = await runSql<{ table: string }>(
    url,
    `select table_name as table from information_schema.tables where table_schema = 'public'`,
  )
  const known = new Set(tables.map(({ table }) => table))
  expect([...named].filter((table) => !known.has(table))).toEqual([])
})

test('what is pruned says when, and what is kept for good says so', () => {
  const source = readFileSync(join(root, 'domain/store/installation/prune.ts'), 'utf8')
  const pruned = Map.groupBy(
    [...source.matchAll(/table: '(\w+)'.*for: '([^']+)'/g)].map(([, table = '', time = '']) => ({
      table,
      time,
    })),
    ({ table }) => table,
  )
  const timesOf = (table: string) => pruned.get(table)?.map(({ time }) => time) ?? []
  expect(pruned.size).toBeGreaterThan(5)
  const wrong = inventory.flatMap(({ tables, howLong }) =>
    tables
      .filter((table) => !areTold(howLong, timesOf(table)))
      .map((table) => `${table}: ${howLong} (${timesOf(table).join(', ')})`),
  )
  expect(wrong).toEqual([])
})

/** What ends by itself goes as it ends; what is not pruned has no time. */
function areTold(howLong: string, times: readonly string[]): boolean {
  if (times.length === 0) return !/\d+ (days|hours)/.test(howLong)
  return times.every((time) =>
    time === '0 seconds' ? howLong.startsWith('until it ends') : howLong.includes(time),
  )
}
