import { Events } from 'discord.js'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { startBot } from '../../bot/bot.ts'
import type { Change } from '../../domain/contracts/change.ts'
import { problem, serviceToken, subscription } from './_api.ts'
import { says, tellStory } from './_bot.ts'

test('a member subscribes: done, with the directory’s proof, and the API knows that it was told', async () => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  const reply = await handle.settled()
  expect(reply.content).toBe(
    '✅ You’re on **news** now.\n-# Proven by the directory: version v7, added just now',
  )
  expect(handle.ephemeral).toBe(true)
  const [put] = api.callsTo('PUT', /^\/user\/subscriptions\/news$/)
  expect(put?.headers).toMatchObject({
    authorization: `Bearer ${serviceToken}`,
    'x-discord-user': alice.id,
    'x-request-id': handle.id,
    'idempotency-key': handle.id,
  })
  await expect.poll(() => api.callsTo('POST', /^\/changes\/change-1\/told$/)).toHaveLength(1)
})

test('a member unsubscribes, in Traditional Chinese', async () => {
  const { standIn, mei } = await tellStory()
  const reply = await (await standIn.slash(mei, 'unsubscribe', { list: 'chess' })).settled()
  expect(reply.content).toBe('✅ 你已經退出 **chess**。\n-# 目錄已證實：版本 v7，剛剛移除')
})

test('already so: said kindly, with the proof, and nothing to confirm', async () => {
  const { standIn, api, alice } = await tellStory()
  const reply = await (await standIn.slash(alice, 'subscribe', { list: 'chess' })).settled()
  expect(reply.content).toBe(
    '✅ You’re already on **chess**. Nothing to do.\n-# Proven by the directory: version v3, it was so already',
  )
  const other = await (await standIn.slash(alice, 'unsubscribe', { list: 'news' })).settled()
  expect(other.content).toContain('You weren’t on **news**')
  expect(api.callsTo('POST', /told/)).toEqual([])
})

test('a slow directory: accepted first, told here when it is done', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay('Accepted: you’ll be on **news**.')
  expect(api.callsTo('POST', /told/)).toEqual([])
  api.end('change-1', { state: 'applied', proof: { version: 'v8', how: 'found' } })
  const reply = await says(handle, 'You’re on **news** now.')
  expect(reply.content).toContain('version v8, it was so already')
  await expect.poll(() => api.callsTo('POST', /told/)).toHaveLength(1)
})

test('a directory that stays silent: the outcome will come by message or mail', async () => {
  const { standIn, api, alice } = await tellStory({ bot: { timing: { followForMs: 2_500 } } })
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay('hasn’t answered yet. I’ll let you know by message or mail')
  api.end('change-1', { state: 'applied' })
  expect(api.callsTo('POST', /told/)).toEqual([])
})

test('the API goes away while an outcome is waited for, and comes back', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay('Accepted')
  await api.goAway()
  api.end('change-1', { state: 'applied', proof: { version: 'v9', how: 'modified' } })
  await api.comeBack()
  await expect(handle).toSay('version v9')
})

test.for([
  ['answers before it has to', undefined],
  ['can’t answer for the moment', problem('UNAVAILABLE', undefined, { 'retry-after': '1' })],
] as const)('an API that %s is not asked again at once', async ([, answer]) => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = null
  const asItIs = () => ({ status: 200, body: api.changes.get('change-1') })
  api.script('GET', /^\/changes\//, () => answer ?? asItIs(), Infinity)
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('Accepted')
  expect(api.callsTo('GET', /^\/changes\//).length).toBeLessThan(10)
})

test('a member unlinks while an outcome is waited for: the request is safe, and they hear of it', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay('Accepted')
  const unlinking = await standIn.slash(alice, 'unlink')
  await unlinking.settled()
  await expect(await standIn.press(alice, unlinking, 'unlink:confirm')).toSay('Unlinked.')
  await expect(handle).toSay('Your request to join **news** is safe')
  expect(handle.reply?.content).toContain('I’ll let you know by message or mail')
  expect(handle.reply?.content).not.toContain('direct message')
})

test('a request is withdrawn, but the API can’t note that it was told: it is withdrawn all the same', async () => {
  const { standIn, api, alice, logged } = await tellStory()
  api.model.outcome = { state: 'queued', endedAt: null, wouldWrite: 'dn: cn=news' }
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await handle.settled()
  api.script('POST', /told/, problem('UNAVAILABLE', undefined, { 'retry-after': '10' }))
  const press = await standIn.press(alice, handle, 'subscriptions:withdraw:change-1')
  await expect(press).toSay('was withdrawn')
  await expect.poll(() => logged.join('')).toContain('told but not confirmed')
  expect(handle.reply?.content).toContain('was withdrawn')
})

test('a list by approval: handed in at once, and can be withdrawn', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay('**news** takes new members by approval')
  const press = await standIn.press(alice, handle, 'subscriptions:withdraw:change-1')
  await expect(press).toSay('Your request to join **news** was withdrawn')
  expect(handle.reply?.components).toEqual([])
  await expect.poll(() => api.callsTo('POST', /^\/changes\/change-1\/told$/).length).toBeGreaterThan(0)
})

test('a list by approval: approved while the member still looks', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(handle).toSay('by approval')
  api.end('change-1', { state: 'queued', endedAt: null })
  await expect(handle).toSay('Accepted')
  api.end('change-1', { state: 'applied' })
  await expect(handle).toSay('You’re on **news** now')
})

test('observe only: shows what would be written', async () => {
  const { standIn, api, alice } = await tellStory()
  const wouldWrite = `dn: cn=news,ou=lists\nchangetype: modify\nadd: uniqueMember\n${'uniqueMember: uid=alice\n'.repeat(200)}`
  api.model.outcome = { state: 'queued', endedAt: null, wouldWrite }
  const reply = await (await standIn.slash(alice, 'subscribe', { list: 'news' })).settled()
  expect(reply.content).toContain('I’m only observing')
  expect(reply.content).toContain('```ldif\ndn: cn=news,ou=lists\nchangetype: modify')
  expect(reply.content.length).toBeLessThanOrEqual(2000)
  expect(reply.content.match(/```/g)).toHaveLength(2)
  expect(api.callsTo('POST', /told/)).toEqual([])
  api.model.outcome = { state: 'queued', endedAt: null, wouldWrite: 'dn: cn=```news' }
  const odd = await (await standIn.slash(alice, 'subscribe', { list: 'news' })).settled()
  expect(odd.content.match(/```/g)).toHaveLength(2)
})

test('observe only, with nothing to write while an earlier write may be under way: no lines, and no word of any', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.outcome = { state: 'queued', endedAt: null, wouldWrite: '' }
  const english = await (await standIn.slash(alice, 'subscribe', { list: 'news' })).settled()
  expect(english.content).toContain('You’re on **news** there as far as I can see')
  const chinese = await (await standIn.slash(mei, 'subscribe', { list: 'news' })).settled()
  expect(chinese.content).toContain('你已經在 **news** 裡了')
  for (const { content, components } of [english, chinese]) {
    expect(content).not.toMatch(/```|below|下面/)
    expect(components).toEqual([])
  }
})

test.for<[what: string, outcome: Partial<Change>]>([
  ['it may have been sent before', { state: 'queued', maybeSent: true }],
  ['a worker has it in hand', { state: 'applying' }],
])('observe only, and %s: what would be written, and no way to withdraw it', async ([, outcome]) => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = { ...outcome, endedAt: null, wouldWrite: 'dn: cn=news' }
  const reply = await (await standIn.slash(alice, 'subscribe', { list: 'news' })).settled()
  expect(reply.content).toContain('dn: cn=news')
  expect(reply.components).toEqual([])
})

test('a request that can’t be withdrawn any more: said so, with what to do instead, in both languages', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.outcome = { state: 'queued', endedAt: null, wouldWrite: 'dn: cn=news' }
  api.script('POST', /cancel/, problem('CONFLICT', { reason: 'NOT_WAITING', state: 'queued' }), 2)
  for (const [at, user, words] of [
    [
      1,
      alice,
      /can’t be withdrawn any more: it may be on its way to the directory.*<\/subscribe:\d+>.*<\/unsubscribe:\d+>/,
    ],
    [2, mei, /已經無法撤回：可能正在寫入目錄.*<\/subscribe:\d+>.*<\/unsubscribe:\d+>/],
  ] as const) {
    const handle = await standIn.slash(user, 'subscribe', { list: 'news' })
    await handle.settled()
    const reply = await says(await standIn.press(user, handle, `subscriptions:withdraw:change-${at}`), words)
    expect(reply.components).toEqual([])
  }
})

test('the same interaction delivered twice is one wish', async () => {
  const { standIn, api, bot, alice } = await tellStory()
  bot.client.once(Events.InteractionCreate, (interaction) => {
    bot.client.emit(Events.InteractionCreate, interaction)
  })
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('You’re on')
  expect(api.callsTo('PUT', /news/)).toHaveLength(1)
})

test('two bots hear the same interaction: one answers', async () => {
  const { standIn, api, config, alice } = await tellStory()
  const other = await startBot(config, { log: pino({ level: 'silent' }) })
  onTestFinished(() => other.stop())
  await expect.poll(() => standIn.connectedBots).toBe(2)
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('You’re on')
  expect(api.callsTo('PUT', /news/)).toHaveLength(1)
})

test('names that mean harm stay words', async () => {
  const { standIn, api, alice } = await tellStory()
  const name = '@everyone <@600000000000000002> **x** `y` [z](https://evil.example) $t(crash) {{list}}\u202E'
  api.model.lists.push(subscription(name))
  const reply = await (await standIn.slash(alice, 'subscribe', { list: name })).settled()
  expect(reply.content).toContain(
    String.raw`\@everyone \<\@600000000000000002\> \*\*x\*\* \`y\` \[z\]\(https://evil.example) $t(crash) {{list}}`,
  )
  expect(reply.mentions).toEqual([])
  expect(reply.mention_everyone).toBe(false)
  expect(api.calls.at(0)?.path).toBe(`/user/subscriptions/${encodeURIComponent(name)}`)
})

test.for(['.', '..', '\ud800', 'x'.repeat(255)])('no list is called %j', async (name) => {
  const { standIn, api, alice } = await tellStory()
  const reply = await (await standIn.slash(alice, 'subscribe', { list: name })).settled()
  expect(reply.content).toContain('There’s no list called')
  expect(api.callsTo('PUT', /^\/user\/?$|^\/$/)).toEqual([])
})

test('an unknown list: suggests what was perhaps meant', async () => {
  const { standIn, alice } = await tellStory()
  const reply = await (await standIn.slash(alice, 'subscribe', { list: 'newz' })).settled()
  expect(reply.content).toMatch(
    /no list called \*\*newz\*\*.*<\/subscriptions:\d+>.*\nDid you mean \*\*news\*\*\?/,
  )
})

test('what is suggested is written as it is, and only for a list that is unknown', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = [subscription('new_*z*')]
  await expect(await standIn.slash(alice, 'subscribe', { list: 'newz' })).toSay(
    String.raw`Did you mean **new\_\*z\***?`,
  )
  api.script('PUT', /new/, problem('PERMISSION_DENIED', { reason: 'LIST_CLOSED' }))
  const closed = await (await standIn.slash(alice, 'subscribe', { list: 'newz' })).settled()
  expect(closed.content).not.toContain('Did you mean')
})

test('a reply that the member has closed: not confirmed, so that it is told by direct message', async () => {
  const { standIn, api, alice, logged } = await tellStory()
  const unknownMessage = { status: 404, body: { code: 10_008, message: 'Unknown Message' } }
  standIn.script({ method: 'PATCH', path: /@original$|%40original$/, times: 9, answer: unknownMessage })
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect.poll(() => logged.join('')).toContain('left without an answer')
  expect(api.callsTo('POST', /told/)).toEqual([])
  expect(logged.join('')).toContain(handle.id)
})

test('Discord has a hiccup: the reply comes all the same', async () => {
  const { standIn, alice } = await tellStory()
  standIn.script({ method: 'PATCH', path: /original$/, times: 2, answer: { status: 500 } })
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('You’re on **news** now')
})
