import { beforeAll, expect, test } from 'vitest'
import type { List } from '../../../domain/contracts/list.ts'
import { addLink, addList, addMember, markMirrorRead, startTestApi, type TestApi } from '../api-server.ts'

type Page = { items: List[]; nextCursor: string | null }

const member = '100000000000000001'
const admin = '100000000000000002'
let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
  const alice = await addMember(api, 'alice')
  await addLink(api, member, alice.id)
  await addLink(api, admin, (await addMember(api, 'root', { isAdmin: true })).id)
  for (const name of ['Delta', 'alpha', 'charlie', 'Bravo']) await addList(api, name, { members: [alice.id] })
  await addList(api, 'hidden', { hidden: true })
  await addList(api, 'own', { hidden: true, members: [alice.id] })
  await addList(api, '100%_(x)')
  await api.sql(`update list set state = 'gone', gone_at = now() where name = 'Delta'`)
  await api.sql(
    `update list set display_name = 'The 公告', description = 'Everything new' where name = 'alpha'`,
  )
  await markMirrorRead(api)
})

const read = async (account: string, query: string) =>
  (await api.as(account)('GET', `/lists${query}`)).json<Page>()
const names = (page: Page) => page.items.map(({ name }) => name)

test('a member sees the lists that are there, and hidden ones only when on them', async () => {
  const page = await read(member, '')
  expect(names(page)).toEqual(['100%_(x)', 'alpha', 'Bravo', 'charlie', 'own'])
  expect(page.nextCursor).toBeNull()
  expect(page.items[1]).toEqual({
    name: 'alpha',
    displayName: 'The 公告',
    description: 'Everything new',
    join: 'open',
    source: 'ldap',
    state: 'active',
  })
})

test('an admin sees every list, with how many are on it', async () => {
  const page = await read(admin, '')
  expect(names(page)).toContain('hidden')
  expect(page.items.find(({ name }) => name === 'alpha')).toMatchObject({ memberCount: 1 })
})

test('pages follow each other without a gap or a repetition', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await read(member, `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    expect(page.items.length).toBeLessThanOrEqual(2)
    seen.push(...names(page))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(['100%_(x)', 'alpha', 'Bravo', 'charlie', 'own'])
})

test.each([
  ['ALP', ['alpha']],
  ['公告', ['alpha']],
  ['everything', ['alpha']],
  ['%', ['100%_(x)']],
  ['_', ['100%_(x)']],
  ['nothing like that', []],
])('q=%s finds by name, title and description, taken literally', async (q, found) => {
  expect(names(await read(member, `?q=${encodeURIComponent(q)}`))).toEqual(found)
})

test.each([
  'limit=0',
  'limit=201',
  'limit=-1',
  'limit=1.5',
  'limit=many',
  'limit=',
  'limit=1&limit=2',
  'limit=0x10',
  'limit=1e1',
  'cursor=',
  'cursor=broken',
  'cursor=W10',
  'cursor=WzFd',
  'cursor=WyJhIiwiYiJd',
  'cursor=WyJhXHUwMDAwYiJd',
  'q=a%00b',
  `q=${'x'.repeat(101)}`,
])('%s is 400', async (query) => {
  const answer = await api.as(member)('GET', `/lists?${query}`)
  expect([answer.status, answer.json()['code']]).toEqual([400, 'VALIDATION_ERROR'])
})

test('one list by its name, whatever its case', async () => {
  const answer = await api.as(member)('GET', '/lists/ALPHA')
  expect(answer.status).toBe(200)
  expect(answer.json()).toMatchObject({ name: 'alpha' })
})

test.each(['hidden', 'Delta', 'nowhere'])('%s is 404 for whom it is not there', async (name) => {
  const answer = await api.as(member)('GET', `/lists/${name}`)
  expect(answer.status).toBe(404)
})
