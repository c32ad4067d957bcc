import { expect, test } from 'vitest'
import type { AccountLink } from '../../domain/contracts/link.ts'
import type { OptionValues } from '../../sandbox/discord/stand-in.ts'
import { accountUrl, type Call, problem } from './_api.ts'
import { adminStory, says, type Story, tellStory } from './_bot.ts'

const allow = ({ standIn }: Story, user: Story['alice'], options: OptionValues) =>
  standIn.slash(user, 'notices', options, { subcommand: 'allow' })

const grantPath = /^\/admin\/members\//

/** From here on the API keeps what bob is allowed, and knows nobody else. */
function keepGrants({ api }: Story): Set<string> {
  const granted = new Set<string>()
  const answer = ({ method, path }: Call) => {
    const [, , , username = '', grant = ''] = path.split('/').map(decodeURIComponent)
    if (username !== 'bob') return problem('NOT_FOUND', { reason: 'MEMBER_NOT_FOUND' })
    if (method === 'PUT') granted.add(grant)
    else granted.delete(grant)
    return { status: 204 }
  }
  for (const method of ['PUT', 'DELETE']) api.script(method, grantPath, answer, Infinity)
  return granted
}

const linkOfBob: AccountLink = {
  username: 'bob',
  displayName: 'Bob Brown',
  linkedAt: '2026-01-02T03:04:05.000Z',
  method: 'web',
  state: 'present',
}

test('all that somebody may send is given and taken back, and said, for the admin alone', async () => {
  const story = await adminStory()
  const { api, alice } = story
  const granted = keepGrants(story)
  const lines = async (may: string) => {
    const handle = await allow(story, alice, { may, username: ' bob ' })
    const reply = await says(handle, '✅')
    expect(reply.flags & 64).toBe(64)
    for (const { headers } of api.calls.slice(-2)) expect(headers['idempotency-key']).toBe(handle.id)
    return reply.content.split('\n')
  }
  const next = `Next, they need a token with the scope \`notices\`. They make one at ${accountUrl}`
  const admins = '-# Admins may send all of them, whatever is said here.'

  expect(await lines('notices')).toEqual([
    '✅ **bob** may send notices now, but none that is critical.',
    next,
    admins,
  ])
  expect([...granted]).toEqual(['notices'])
  expect(await lines('critical')).toEqual([
    expect.stringMatching(
      /^✅ \*\*bob\*\* may send notices now, critical ones too\. Those mention people where a rule says whom: <\/notices rule add:\d+> /,
    ),
    next,
  ])
  expect([...granted]).toEqual(['notices', 'mentions'])
  expect(await lines('notices')).toEqual([expect.stringContaining('none that is critical'), next, admins])
  expect([...granted]).toEqual(['notices'])
  await lines('critical')
  expect(await lines('nothing')).toEqual([
    expect.stringMatching(
      /^✅ \*\*bob\*\* may send no notices now, .* <\/notices allow:\d+> can allow it again\.$/,
    ),
    admins,
  ])
  expect([...granted]).toEqual([])
})

test('in Traditional Chinese too', async () => {
  const story = await adminStory()
  const { mei } = story
  keepGrants(story)
  const said = async (may: string, username = 'bob') =>
    (await says(await allow(story, mei, { may, username }), 'b')).content.split('\n')
  const next = `接下來，對方需要一個範圍包含 \`notices\` 的權杖，可以在這裡建立：${accountUrl}`
  const admins = '-# 不論這裡怎麼設定，管理員都可以傳送所有通知。'
  expect(await said('notices')).toEqual([
    '✅ **bob** 現在可以傳送通知，但不能傳送 critical 的通知。',
    next,
    admins,
  ])
  expect(await said('critical')).toEqual([
    expect.stringContaining('✅ **bob** 現在可以傳送通知，包含 critical 的通知。'),
    next,
  ])
  expect(await said('nothing')).toEqual([
    expect.stringContaining('✅ **bob** 現在不能傳送任何通知。'),
    admins,
  ])
  expect(await said('nothing', 'bobby')).toEqual([
    expect.stringContaining('目錄裡沒有使用者名稱為 **bobby** 的人'),
  ])
})

test('by mention, for whom it is linked to', async () => {
  const story = await adminStory()
  const { api, alice, mei } = story
  const granted = keepGrants(story)
  await expect(await allow(story, alice, { may: 'critical', user: mei.id })).toSay(
    `<@${mei.id}> isn’t linked to anybody. Please give their user name`,
  )
  api.model.links[mei.id] = { ...linkOfBob, state: 'gone' }
  await expect(await allow(story, alice, { may: 'critical', user: mei.id })).toSay(
    '**bob** is no longer in the directory',
  )
  expect(api.callsTo('PUT', grantPath)).toEqual([])
  api.model.links[mei.id] = linkOfBob
  await expect(await allow(story, alice, { may: 'critical', user: mei.id })).toSay(
    '**bob** may send notices now, critical ones too',
  )
  expect([...granted]).toEqual(['notices', 'mentions'])
})

test('exactly one of mention and user name', async () => {
  const story = await adminStory()
  const { api, alice, mei } = story
  const wrong: OptionValues[] = [{}, { user: mei.id, username: 'bob' }, { username: '  ' }]
  for (const options of wrong)
    await expect(await allow(story, alice, { may: 'notices', ...options })).toSay('exactly one of them')
  expect(api.calls).toEqual([])
})

test('a user name that nobody has, or two, is said so', async () => {
  const story = await adminStory()
  const { api, alice, mei } = story
  api.model.links[mei.id] = { ...linkOfBob, username: 'twin' }
  api.script('PUT', /\/members\/twin\//, problem('CONFLICT', { reason: 'USERNAME_SHARED' }), 2)
  keepGrants(story)
  for (const username of ['bobby', '..', '*'.repeat(255)])
    await expect(await allow(story, alice, { may: 'nothing', username })).toSay(
      'Nobody in the directory has the user name',
    )
  const twin: OptionValues[] = [{ username: 'twin' }, { user: mei.id }]
  for (const whom of twin)
    await expect(await allow(story, alice, { may: 'critical', ...whom })).toSay(
      'Several people in the directory have the user name **twin**',
    )
})

test('what was done by half is said, and done by saying it again', async () => {
  const story = await adminStory()
  const { api, alice } = story
  api.script('PUT', /\/bob\/mentions$/, problem('UNAVAILABLE', undefined, { 'retry-after': '1' }))
  api.script('DELETE', /\/bob\/notices$/, problem('UNAVAILABLE', undefined, { 'retry-after': '1' }))
  const granted = keepGrants(story)
  await expect(await allow(story, alice, { may: 'critical', username: 'bob' })).toSay(
    /Only half of that is done for \*\*bob\*\*.*<\/notices allow:\d+> again/,
  )
  expect([...granted]).toEqual(['notices'])
  await expect(await allow(story, alice, { may: 'critical', username: 'bob' })).toSay('critical ones too')
  expect([...granted]).toEqual(['notices', 'mentions'])
  await expect(await allow(story, alice, { may: 'nothing', username: 'bob' })).toSay('Only half of that')
  expect([...granted]).toEqual(['notices'])
})

test.each([
  ['is no admin', 'PERMISSION_DENIED', 'ADMINS_ONLY', 'You may not do that'],
  [
    'was linked without a password',
    'PERMISSION_DENIED',
    'LINK_WITHOUT_RIGHTS',
    'carries no rights of admins',
  ],
  ['is not linked any more', 'NOT_LINKED', undefined, 'I don’t know yet who you are in the directory'],
] as const)('who %s is told so, whomever it is about', async (_who, code, reason, words) => {
  const story = await tellStory()
  const { api, alice, mei } = story
  const refusal = problem(code, reason === undefined ? undefined : { reason })
  for (const method of ['GET', 'PUT', 'DELETE']) api.script(method, /^\/admin\//, refusal, Infinity)
  for (const may of ['notices', 'critical', 'nothing']) {
    await expect(await allow(story, alice, { may, username: 'bob' })).toSay(words)
    await expect(await allow(story, alice, { may, user: mei.id })).toSay(words)
  }
})

test('where they make a token can’t be told: nothing is changed, and said so', async () => {
  const story = await adminStory()
  const granted = keepGrants(story)
  story.api.script('GET', /^\/bot$/, problem('UNAVAILABLE', undefined, { 'retry-after': '1' }))
  await expect(await allow(story, story.alice, { may: 'notices', username: 'bob' })).toSay(
    'I can’t do that just now',
  )
  expect([...granted]).toEqual([])
})

test('/help names it', async () => {
  const story = await tellStory()
  await expect(await story.standIn.slash(story.alice, 'help')).toSay(
    /<\/notices allow:\d+> who may send them/,
  )
})
