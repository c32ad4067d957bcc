import { expect, test } from 'vitest'
import { complete } from '../../sandbox/prompt/complete.ts'
import { actAs, createSession, type Session } from '../../sandbox/prompt/session.ts'
import { listMember, managedList } from '../bot/_managed-lists.ts'
import { adminStory } from '../bot/_bot.ts'

/** Alice at the prompt, before a bot with its real commands. */
async function atThePrompt(): Promise<Session> {
  const { standIn, api } = await adminStory()
  api.managed.items.push(managedList('news'), managedList('board games'))
  api.managed.members['news'] = [listMember('alice'), listMember('bob')]
  const system = { discord: standIn, passwordOf: (uid: string) => uid }
  const session = createSession(
    system as unknown as Session['system'],
    { print: () => {} } as Session['screen'],
  )
  actAs(session, 'bob')
  actAs(session, 'alice')
  return session
}

test('Tab completes a command in parts: the part, its options, and what they may hold', async () => {
  const session = await atThePrompt()
  const offered = async (line: string) => await complete(session, line)
  expect(await offered('/lis')).toEqual([['/lists '], '/lis'])
  expect(await offered('/lists e')).toEqual([['edit '], 'e'])
  expect(await offered('/lists members ')).toEqual([['list:', 'search:'], ''])
  expect(await offered('/lists edit list:')).toEqual([['list:news', 'list:board games'], 'list:'])
  expect(await offered('/lists edit list:board g')).toEqual([['list:board games'], 'list:board g'])
  expect(await offered('/lists edit list:news j')).toEqual([['join:'], 'j'])
  expect(await offered('/lists edit list:news join:clo')).toEqual([['join:closed'], 'join:clo'])
  expect(await offered('/lists edit list:news hidden:')).toEqual([['hidden:true', 'hidden:false'], 'hidden:'])
  expect(await offered('/lists add list:news user:@b')).toEqual([['user:@bob'], 'user:@b'])
  expect(await offered('/lists add list:news username:carol')).toEqual([['username:carol'], 'username:carol'])
  expect(await offered('/lists remove list:news username:b')).toEqual([['username:bob'], 'username:b'])
  expect(await offered('/lists add list:news ')).toEqual([['user:', 'username:'], ''])
  expect((await offered('/notices rule add mention:@'))[0]).toContain('mention:@everyone')
})

test('and one without parts as before', async () => {
  const session = await atThePrompt()
  expect(await complete(session, '/subscribe ')).toEqual([['list:'], ''])
  expect(await complete(session, '/subscribe list:ne')).toEqual([['list:news'], 'list:ne'])
  expect(await complete(session, '/privacy f')).toEqual([['forget'], 'f'])
  expect(await complete(session, '/nothing ')).toEqual([[], ''])
})
