import { expect, onTestFinished, test } from 'vitest'
import { callApi } from '../../bot/call-api.ts'
import type { Change } from '../../domain/contracts/change.ts'
import { problem, startFakeApi } from './_api.ts'
import { says, tellStory } from './_bot.ts'

test.for([
  [
    'LIST_NOT_FOUND',
    problem('NOT_FOUND', { reason: 'LIST_NOT_FOUND' }),
    'There’s no list called **news**',
    '沒有叫做 **news** 的清單',
  ],
  [
    'VALIDATION_ERROR',
    problem('VALIDATION_ERROR'),
    'There’s no list called **news**',
    '沒有叫做 **news** 的清單',
  ],
  [
    'LIST_CLOSED',
    problem('PERMISSION_DENIED', { reason: 'LIST_CLOSED' }),
    '**news** is closed',
    '**news** 不開放加入',
  ],
  [
    'LIST_DELETING',
    problem('CONFLICT', { reason: 'LIST_DELETING' }),
    '**news** is being deleted',
    '**news** 正在刪除',
  ],
  [
    'MIRROR_MISSING',
    problem('UNAVAILABLE', { reason: 'MIRROR_MISSING' }, { 'retry-after': '30' }),
    /still reading the directory. Try again <t:\d+:R>/,
    /還在讀取目錄。請在 <t:\d+:R>/,
  ],
  [
    'UNAVAILABLE',
    problem('UNAVAILABLE', undefined, { 'retry-after': '10' }),
    /Please try again <t:\d+:R>: asking again does no harm/,
    /請在 <t:\d+:R> 再試一次；重新申請不會有問題/,
  ],
  [
    'MEMBER_GONE',
    problem('PERMISSION_DENIED', { reason: 'MEMBER_GONE' }),
    'is no longer in the directory',
    '目錄裡已經沒有你連結的帳號',
  ],
  [
    'TOO_MANY_REQUESTS',
    problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '120' }),
    /You can go on <t:\d+:R>/,
    /<t:\d+:R> 就可以繼續/,
  ],
  ['PERMISSION_DENIED', problem('PERMISSION_DENIED'), 'You may not do that', '你沒有權限'],
  [
    'LINK_WITHOUT_RIGHTS',
    problem('PERMISSION_DENIED', { reason: 'LINK_WITHOUT_RIGHTS' }),
    'carries no rights of admins or owners',
    '不帶管理員或清單負責人的權限',
  ],
  ['CONFLICT', problem('CONFLICT'), 'has been decided already', '已經有結果了'],
  ['NOT_LINKED', problem('NOT_LINKED'), 'I don’t know yet who you are', '我還不知道你在目錄裡是誰'],
  ['INTERNAL', problem('INTERNAL'), 'something broke on my side', '我這邊出了點問題'],
] as const)('%s is said in both languages', async ([, answer, english, chinese]) => {
  const { standIn, api, alice, mei } = await tellStory()
  api.script('PUT', /news/, answer, 2)
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay(english)
  await expect(await standIn.slash(mei, 'subscribe', { list: 'news' })).toSay(chinese)
})

const failed = (code: string): Partial<Change> => ({
  state: 'failed',
  reason: { code, message: 'It did not work.' },
})
const cancelled = (code: string): Partial<Change> => ({
  state: 'cancelled',
  reason: { code, message: 'No.' },
})

test.for<[string, Partial<Change>, string, string]>([
  [
    'LIST_GONE',
    failed('LIST_GONE'),
    '**news** was deleted before I got to it',
    '**news** 在處理之前就被刪除了',
  ],
  ['MEMBER_GONE', failed('MEMBER_GONE'), 'no longer in the directory', '已經沒有你的帳號'],
  ['ADDRESS_SHARED', failed('ADDRESS_SHARED'), 'belongs to somebody else', '用同一個電子郵件地址'],
  ['NO_ADDRESS', failed('NO_ADDRESS'), 'no mail address for you', '沒有你的電子郵件地址'],
  ['ADDRESS_NOT_ASCII', failed('ADDRESS_NOT_ASCII'), 'plain ASCII mail addresses', '純 ASCII'],
  ['USERNAME_SHARED', failed('USERNAME_SHARED'), 'user name belongs to somebody else', '用同一個使用者名稱'],
  ['DIRECTORY_REFUSED', failed('DIRECTORY_REFUSED'), 'The directory refused', '目錄拒絕變更'],
  [
    'an unknown reason',
    failed('NEW_REASON'),
    'I couldn’t change **news**, so nothing has changed.',
    '無法變更 **news**，所以沒有任何變更。',
  ],
  [
    'cancelled with the list gone',
    cancelled('LIST_GONE'),
    '**news** was deleted before I got to it',
    '**news** 在處理之前就被刪除了',
  ],
  ['DENIED', cancelled('DENIED'), 'was not approved', '沒有通過'],
  ['EXPIRED', cancelled('EXPIRED'), 'Nobody decided', '逾期未審核'],
  ['CANCELLED', cancelled('CANCELLED'), 'was withdrawn', '已撤回'],
  [
    'superseded by their own word',
    { state: 'superseded', supersededBy: 'other', newerWordOf: 'alice' },
    'You changed your mind about joining **news**: your newer request took its place',
    '你改變了主意：加入 **news** 的申請已由你較新的申請取代',
  ],
  [
    'superseded by the word of an admin or owner',
    { state: 'superseded', supersededBy: 'other', newerWordOf: 'grace' },
    'After you asked to join **news**, an admin or owner decided about your place there',
    '在你申請加入 **news** 之後，管理員或負責人另有決定',
  ],
  [
    'superseded, and nobody knows by whose word',
    { state: 'superseded', supersededBy: 'other' },
    'A newer request about you and **news** took the place of the one to join',
    '關於你和 **news** 有較新的申請，取代了這個加入申請',
  ],
])('a change that ends as %s is told and confirmed', async ([, outcome, english, chinese]) => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.outcome = outcome
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay(english)
  await expect(await standIn.slash(mei, 'subscribe', { list: 'news' })).toSay(chinese)
  await expect.poll(() => api.callsTo('POST', /told/)).toHaveLength(2)
})

test('a limit says to the second when to go on, whatever was asked for', async () => {
  const { standIn, api, alice } = await tellStory()
  for (const method of ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'])
    api.script(method, /./, problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '120' }), Infinity)
  for (const [command, options] of [
    ['subscribe', { list: 'news' }],
    ['unsubscribe', { list: 'chess' }],
    ['subscriptions', {}],
    ['whoami', {}],
    ['link', {}],
  ] as const) {
    const askedAt = Date.now() / 1000
    const handle = await standIn.slash(alice, command, options)
    const { content } = await says(handle, /You can go on <t:\d+:R>/)
    const when = Number(/<t:(\d+):R>/.exec(content)?.[1])
    expect(when).toBeGreaterThanOrEqual(askedAt + 120)
    expect(when).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 120)
  }
})

test('without a link: one button begins it', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.linked = false
  for (const command of ['whoami', 'subscriptions']) {
    const handle = await standIn.slash(alice, command)
    await expect(handle).toSay('Link your account once')
    await expect(await standIn.press(alice, handle, 'link:start')).toSay('Let’s link your account')
  }
})

test('the API is down: said at once, in both languages, and the bot goes on when it is back', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  await api.goAway()
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay(
    'I can’t reach the list service right now',
  )
  await expect(await standIn.slash(mei, 'whoami')).toSay('現在連不上清單服務')
  await api.comeBack()
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('You’re on **news** now')
})

test('a short restart of the API is waited out with the same key', async () => {
  const { standIn, api, alice } = await tellStory()
  api.script('PUT', /news/, () => ({ status: 502, body: 'Bad Gateway' }), 2)
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('You’re on **news** now')
  const keys = api.callsTo('PUT', /news/).map(({ headers }) => headers['idempotency-key'])
  expect(new Set(keys).size).toBe(1)
  expect(keys).toHaveLength(3)
})

test('the first attempt may have got through, and no later one did: no promise that nothing was changed', async () => {
  const { standIn, api, alice } = await tellStory()
  api.script('PUT', /news/, async () => {
    void api.goAway()
    return { status: 502, body: 'Bad Gateway' }
  })
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay(
    'I can’t say whether your request got through',
  )
})

test('a call that is sent elsewhere is not made there', async () => {
  const { standIn, api, alice } = await tellStory()
  const other = await startFakeApi()
  onTestFinished(() => other.stop())
  const location = `${other.url}/api/v1/user/subscriptions/news`
  api.script('PUT', /news/, { status: 307, headers: { location } }, 9)
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay(
    'I can’t say whether your request got through',
  )
  expect(other.calls).toEqual([])
})

test('an API that takes a call and never answers it: given up after a while, without that promise', async () => {
  const api = await startFakeApi()
  onTestFinished(() => api.stop())
  const release = api.hold('GET', /me/)
  onTestFinished(() => release())
  const asked = callApi(api.url, {
    method: 'GET',
    path: '/auth/me',
    headers: {},
    answer: null,
    deadlineMs: 100,
  })
  await expect(asked).rejects.toMatchObject({ name: 'ApiAway', maybeDone: true })
})

test.for([
  ['PERMISSION_DENIED', problem('PERMISSION_DENIED', { reason: 'ADMINS_ONLY' }), 'You may not do that'],
  [
    'LINK_WITHOUT_RIGHTS',
    problem('PERMISSION_DENIED', { reason: 'LINK_WITHOUT_RIGHTS' }),
    'carries no rights',
  ],
  ['CONFLICT', problem('CONFLICT'), 'has been decided already'],
] as const)('what was refused for good by %s can’t be pressed again', async ([, answer, words]) => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'unlink')
  await handle.settled()
  api.script('DELETE', /links/, answer)
  const reply = await says(await standIn.press(alice, handle, 'unlink:confirm'), words)
  expect(reply.components).toEqual([])
})

test('who is linked by now can’t begin it again', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.linked = false
  const handle = await standIn.slash(alice, 'whoami')
  await handle.settled()
  api.model.linked = true
  const reply = await says(await standIn.press(alice, handle, 'link:start'), 'is linked already')
  expect(reply.components).toEqual([])
})

test('something else answers in the API’s place: no promise that nothing was changed', async () => {
  const { standIn, api, alice } = await tellStory()
  api.script('PUT', /news/, () => ({ status: 502, body: 'Bad Gateway' }), 9)
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay(
    'I can’t say whether your request got through',
  )
})

test('an answer that the contract does not know is a crash with a number to give to the admins', async () => {
  const { standIn, api, alice, logged } = await tellStory()
  api.script('PUT', /news/, { status: 202, body: { surprise: true } })
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay(`give your admins this number:\n-# ${handle.id}`)
  expect(logged.filter((line) => line.includes(handle.id)).join('')).toContain(
    'what the contract does not know',
  )
})
