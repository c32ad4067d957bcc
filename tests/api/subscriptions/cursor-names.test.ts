import { expect, test } from 'vitest'
import { addLink, addList, addMember, markMirrorRead, startTestApi } from '../api-server.ts'

const admin = '100000000000000002'
type Page = { items: { name?: string; username?: string }[]; nextCursor: string | null }

/** Names that the directory holds: as long as one may be asked for, in letters of three bytes, with a tab, or with blanks. */
const odd = [
  ['long', '會'.repeat(200)],
  ['with a tab', 'ne\tws'],
  ['with blanks', 'n e  ws'],
] as const

test.each(odd)('pages go on after a list whose name is %s', async (_what, name) => {
  const api = await startTestApi()
  await addLink(api, admin, (await addMember(api, 'root', { isAdmin: true })).id)
  const names = ['a', name, '龘']
  for (const one of names) await addList(api, one)
  await markMirrorRead(api)
  for (const path of ['/lists', '/admin/lists']) {
    const seen: unknown[] = []
    let query = '?limit=1'
    for (let isLast = false; !isLast;) {
      const answer = await api.as(admin)('GET', `${path}${query}`)
      expect(answer.status).toBe(200)
      const { items, nextCursor } = answer.json<Page>()
      seen.push(...items.map((item) => item.name))
      query = `?limit=1&cursor=${nextCursor}`
      isLast = nextCursor === null || seen.length > names.length
    }
    expect(seen.toSorted(undefined)).toEqual(names.toSorted(undefined))
  }
})

test.each(odd)('pages go on after somebody whose user name is %s', async (_what, uid) => {
  const api = await startTestApi()
  await addLink(api, admin, (await addMember(api, 'root', { isAdmin: true })).id)
  const uids = ['a', uid, 'nb', '龘']
  const members = []
  for (const one of uids) members.push((await addMember(api, one)).id)
  await addList(api, 'news', { members })
  await markMirrorRead(api)
  const seen: unknown[] = []
  let query = '?limit=1'
  for (let isLast = false; !isLast;) {
    const answer = await api.as(admin)('GET', `/admin/lists/news/members${query}`)
    expect(answer.status).toBe(200)
    const { items, nextCursor } = answer.json<Page>()
    seen.push(...items.map((item) => item.username))
    query = `?limit=1&cursor=${nextCursor}`
    isLast = nextCursor === null || seen.length > uids.length
  }
  expect(seen.toSorted(undefined)).toEqual(uids.toSorted(undefined))
})
