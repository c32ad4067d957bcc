import { describe, expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import type { MailScript } from '../../../sandbox/servers/mail-script.ts'
import { waitUntil } from '../../_support/world.ts'
import { arrived, createPost, type Post } from './_mails.ts'

const people = ['alice@example.org', 'bob@example.org', 'carol@example.org', 'dave@example.org']

const restsOf = async ({ world }: Post): Promise<number> => {
  const [server] = await rows<{ failures: number }>(
    world.db,
    `select failures from destination where kind = 'mail'`,
  )
  return server?.failures ?? 0
}

describe('every mail arrives, once', () => {
  it.for<[string, MailScript]>([
    ['from a server that is slow', { delayMs: 3000 }],
    ['from a server that has everybody come again', { greylist: true }],
    ['from a server that hangs up in the middle of a mail', { hangUp: 'text', times: 3 }],
    ['from a server that hangs up before it greets', { hangUp: 'greeting', times: 6 }],
    [
      'from a server that refuses for a while',
      { refuse: { code: 452, message: '4.3.1 Full', at: 'message' }, times: 6 },
    ],
    [
      'from a server that closes down',
      { refuse: { code: 421, message: '4.3.2 Closing', at: 'recipient' }, times: 3 },
    ],
  ])('%s', async ([, script], t) => {
    const post = await createPost(t)
    post.sink.behave(script)
    await post.work()
    await post.queue(...people)
    const ended = await post.ended()
    expect(ended.map(({ state }) => state)).toEqual(people.map(() => 'sent'))
    expect(arrived(post.sink)).toEqual(people)
    expect(await restsOf(post)).toBe(0)
  })

  it('from a server that is away: all of it waits, and none of it counts that as a try', async (t) => {
    const post = await createPost(t)
    await post.sink.goAway()
    await post.work()
    await post.queue(...people)
    await waitUntil('the server was looked for three times', async () =>
      (await restsOf(post)) >= 3 ? true : null,
    )
    const waiting = await post.kept()
    expect(waiting.filter(({ isInHand }) => !isInHand).map(({ attempts }) => attempts)).not.toContain(1)
    await post.sink.comeBack()
    const ended = await post.ended()
    expect(ended.map(({ state, attempts }) => ({ state, attempts }))).toEqual(
      people.map(() => ({ state: 'sent', attempts: 1 })),
    )
    expect(arrived(post.sink)).toEqual(people)
  })
})

it('a server that refuses our sender refuses no mail: all of it waits until that is mended, and why is on record', async (t) => {
  const post = await createPost(t)
  post.sink.behave({ refuse: { code: 553, message: '5.7.1 Not your address', at: 'sender' } })
  await post.work()
  await post.queue(...people)
  await waitUntil('the server was asked three times', async () => ((await restsOf(post)) >= 3 ? true : null))
  const waiting = await post.kept()
  expect(waiting.map(({ state }) => state)).toEqual(people.map(() => 'queued'))
  expect(waiting.map(({ error }) => error)).toContainEqual(expect.stringContaining('Not your address'))
  post.sink.behave(null)
  await post.ended()
  expect(arrived(post.sink)).toEqual(people)
})

it('a mail whose taking was never confirmed comes twice, with the same Message-ID', async (t) => {
  const post = await createPost(t)
  post.sink.behave({ hangUp: 'answer', times: 1 })
  await post.work()
  await post.queue('alice@example.org')
  await post.ended()
  const ids = post.sink.messages.map(({ headers }) => headers['message-id'])
  expect(ids).toHaveLength(2)
  expect(ids[0]).toMatch(/^<[0-9a-f-]{36}@guildpost>$/)
  expect(ids[1]).toBe(ids[0])
})

it('one that the server refuses for good is given up at once; the others arrive', async (t) => {
  const post = await createPost(t)
  const refuse = {
    code: 550,
    message: '5.1.1 No such user',
    at: 'recipient',
  } as const
  post.sink.behave({ refuse, only: 'bob@example.org' })
  await post.work()
  await post.queue(...people)
  const ended = await post.ended()
  expect(ended.filter(({ state }) => state === 'failed')).toEqual([
    expect.objectContaining({
      toAddress: 'bob@example.org',
      attempts: 1,
      error: expect.stringContaining('No such user'),
    }),
  ])
  expect(arrived(post.sink)).toEqual(people.filter((one) => one !== 'bob@example.org'))
})

it.for<[string, MailScript]>([
  ['that the server wants later', { refuse: { code: 451, message: '4.7.1 Later', at: 'recipient' } }],
  ['that breaks every connection', { hangUp: 'text' }],
])('one %s holds up no other', async ([, script], t) => {
  const post = await createPost(t)
  post.sink.behave({ ...script, only: 'bob@example.org' })
  await post.work()
  await post.queue(...people)
  const waiting = await waitUntil('the others are sent', async () => {
    const found = (await post.kept()).filter(({ state }) => state === 'queued')
    return found.length === 1 ? found : null
  })
  expect(waiting[0]?.toAddress).toBe('bob@example.org')
  post.sink.behave(null)
  await post.ended()
  expect(arrived(post.sink)).toEqual(people)
})

it('what was tried for days is given up, and what was resent is tried again', async (t) => {
  const post = await createPost(t)
  post.sink.behave({ refuse: { code: 451, message: '4.7.1 Later', at: 'recipient' } })
  await post.queue('alice@example.org', 'bob@example.org')
  await rows(post.world.db, `update mail set created_at = now() - interval '4 days'`)
  await rows(post.world.db, `update mail set attempts = 11 where to_address = 'alice@example.org'`)
  await post.work()
  await waitUntil('both were tried', async () =>
    (await post.kept()).every(({ error }) => error !== null) ? true : null,
  )
  const states = (await post.kept()).map(({ toAddress, state }) => [toAddress, state])
  expect(states).toEqual([
    ['alice@example.org', 'failed'],
    ['bob@example.org', 'queued'],
  ])
})

it('what goes out as text alone gets its HTML on the way, in the language of its member', async (t) => {
  const post = await createPost(t)
  await post.work()
  await post.world.mirrored()
  const memberId = await post.world.memberId('bob')
  await rows(
    post.world.db,
    `with link as (
       insert into discord_link (id, discord_user_id, member_id, locale)
       values (gen_random_uuid(), '600000000000000001', :memberId, 'zh-TW'))
     insert into mail (id, kind, member_id, to_address, subject, text_body)
     values (gen_random_uuid(), 'change-ended', :memberId, 'bob@example.org', '你已經在 news 上了。', :text)`,
    { memberId, text: '這些清單：\n- <news>\n- https://lists.example.org/a?b&c\n\n已確認。\n' },
  )
  await rows(post.world.db, `select pg_notify('outbox', '')`)
  const mail = await post.sink.waitForMail(({ to }) => to.includes('bob@example.org'))
  expect(mail.text.trim()).toBe('這些清單：\n- <news>\n- https://lists.example.org/a?b&c\n\n已確認。')
  expect(mail.html).toContain('<html lang="zh-TW">')
  expect(mail.html).toContain('<li>&#60;news&#62;</li>')
  expect(mail.html).toContain('href="https://lists.example.org/a?b&#38;c"')
  // What a member's program tells is read by others, in the language of the server.
  await rows(
    post.world.db,
    `insert into mail (id, kind, member_id, to_address, subject, text_body)
     values (gen_random_uuid(), 'notice', :memberId, 'ops@example.org', 'Deployed', 'Deployed.')`,
    { memberId },
  )
  await rows(post.world.db, `select pg_notify('outbox', '')`)
  const notice = await post.sink.waitForMail(({ to }) => to.includes('ops@example.org'))
  expect(notice.html).toContain('<html lang="en">')
})
