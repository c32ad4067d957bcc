import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { MessageResult } from '../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { heldCard } from '../../texts/notices/card-message.ts'
import { testLog, waitUntil } from '../_support/world.ts'
import { manyChannels, outboxStory, type Queued } from './_outbox.ts'

const bob = '600000000000000001'
/** Longer than Discord is in trouble for once. */
const long = { forS: 11 * 60 }
const held = `(${heldCard(null).embeds?.[0]?.description})`

let story: Awaited<ReturnType<typeof outboxStory>>
let id = ''
let used = 0
/** What Discord does not digest says one of these. */
const poison = new Set<string>()
/** What says one of these is taken, and nobody hears of it. */
const lost = new Set<string>()
const isLost = (body: unknown) => [...lost].some((word) => JSON.stringify(body).includes(word))

/** Right after it was looked for what may be there. */
let onLook: (() => Promise<void>) | null = null

const untaken: MessageResult = { outcome: 'later', retryAfterS: 5, message: 'Internal Server Error' }
const isPoison = (body: unknown) => [...poison].some((word) => JSON.stringify(body).includes(word))

beforeAll(async () => {
  story = await outboxStory(undefined, { channels: manyChannels })
  const { rest } = story
  await story.start(
    {
      sendChannelMessage: async (to, body, ...more) => {
        if (JSON.stringify(body).includes('unforeseen')) throw new TypeError('nobody foresaw this')
        if (isPoison(body)) return untaken
        const posted = await rest.sendChannelMessage(to, body, ...more)
        if (isLost(body)) throw new TypeError('nobody heard that it was taken')
        return posted
      },
      editChannelMessage: async (to, messageId, body, ...more) => {
        if (JSON.stringify(body).includes('unforeseen')) throw new TypeError('nobody foresaw this')
        return isPoison(body) ? untaken : rest.editChannelMessage(to, messageId, body, ...more)
      },
      findMessage: async (...sought) => {
        const found = await rest.findMessage(...sought)
        await onLook?.()
        return found
      },
      sendDirectMessage: async (to, body, ...more) =>
        isPoison(body) ? untaken : rest.sendDirectMessage(to, body, ...more),
    },
    { ALERT_MAIL_TO: 'ops@example.org' },
  )
})
beforeEach(() => {
  id = manyChannels[used++]?.id ?? ''
  poison.clear()
  lost.clear()
})

/** What the channel shows, message by message. */
const shown = () =>
  story.discord
    .messagesIn(id)
    .map(({ content, embeds }) =>
      [content, ...embeds.map(({ title, description }) => title?.replace(/^\S+ /, '') ?? `(${description})`)]
        .filter((text) => text !== '')
        .join(' + '),
    )
const untilShown = async (texts: readonly string[]) => {
  await expect.poll(shown, { timeout: 20_000 }).toEqual(texts)
}

/** It was passed over twice, ten minutes ago, and is tried again. */
const passedOverTwice = async ({ noticeId }: Pick<Queued, 'noticeId'>) => {
  await rows(
    story.db,
    `update notice set due_at = now(),
       body = body || jsonb_build_object('passedOver', jsonb_build_object('times', 2, 'since', now() - interval '11 minutes'))
     where id = :noticeId`,
    { noticeId },
  )
  await story.endRest()
}
const passedOver = async ({ noticeId }: Pick<Queued, 'noticeId'>) => {
  const [row] = await rows<{ times: number | null }>(
    story.db,
    `select (body #>> '{passedOver,times}')::integer as times from notice where id = :noticeId`,
    { noticeId },
  )
  return row?.times ?? null
}

it.for(['poison', 'unforeseen'])(
  'what Discord can’t digest (%s) has its place held, and is given up once others were taken for ten minutes',
  async (word) => {
    poison.add('poison')
    const begin = await story.triedFiveTimes(id, long)
    const [first] = await story.queue([word, 'two', 'three'], { to: id })
    if (!first) throw new Error('nothing was queued')
    await begin()
    await untilShown([held, 'two', 'three'])
    await expect.poll(() => story.states(id)).toEqual(['queued', 'sent', 'sent'])
    await expect.poll(() => passedOver(first)).toBe(1)
    await story.letRest(id)
    await story.queue(['four'], { to: id })
    await passedOverTwice(first)
    await expect.poll(() => story.states(id)).toEqual(['failed', 'sent', 'sent', 'sent'])
    expect(shown()).toEqual([held, 'two', 'three', 'four'])
  },
)

it('what is taken after all is shown where it belongs', async () => {
  poison.add('slow')
  const begin = await story.triedFiveTimes(id, long)
  const [first] = await story.queue(['slow', 'two'], { to: id })
  await begin()
  await untilShown([held, 'two'])
  if (!first) throw new Error('nothing was queued')
  await expect.poll(() => passedOver(first)).toBe(1)
  poison.clear()
  await rows(story.db, 'update notice set due_at = now() where id = :noticeId', first)
  await story.untilDone(id)
  expect(shown()).toEqual(['slow', 'two'])
  expect(await story.states(id)).toEqual(['sent', 'sent'])
})

it('whoever is to be called is called in time, and once', async () => {
  poison.add('calling')
  const begin = await story.triedFiveTimes(id, long)
  const [first] = await story.queue(['calling'], { to: id, mention: 'here' })
  await begin()
  await untilShown([`@here + ${held}`])
  expect(story.discord.messagesIn(id)[0]?.mention_everyone).toBe(true)
  poison.clear()
  await rows(story.db, 'update notice set due_at = now() where id = :id', { id: first?.noticeId ?? '' })
  await story.untilDone(id)
  expect(shown()).toEqual(['@here + calling'])
})

it('trouble for a minute or so is nothing that anything is passed over for', async () => {
  poison.add('first')
  const begin = await story.triedFiveTimes(id, { forS: 300 })
  await story.queue(['first', 'two'], { to: id })
  await begin()
  await waitUntil('it was tried once more', async () => {
    const [row] = await rows(
      story.db,
      'select 1 from destination where id = :id and failures = 6 and lease_token is null',
      { id },
    )
    return row ?? null
  })
  expect(shown()).toEqual([])
  poison.clear()
  await story.untilDone(id)
  expect(shown()).toEqual(['first', 'two'])
})

/** Shown together so far, in vain. */
const asDigest = async () => {
  const begin = await story.triedFiveTimes(id, long)
  return async (tried: object) => {
    await rows(
      story.db,
      `update notice set attempts = 6, doubtful_since = now() - interval '11 minutes', body = jsonb_build_object('tried', :tried::jsonb)
       where destination_id = :id`,
      { id, tried: JSON.stringify({ digest: newId(), prints: [], ...tried }) },
    )
    await begin()
  }
}

it('a digest that holds one that Discord can’t digest is told one by one, in order', async () => {
  poison.add('poison')
  const begin = await asDigest()
  await story.queue(['one', 'poison', 'three'], { to: id, agoS: 900 })
  await begin({})
  await waitUntil('the second is stuck', async () => {
    await story.endRest()
    return shown().length === 3 ? true : null
  })
  expect(shown()).toEqual(['one', held, 'three'])
})

it('a digest that turns out to be there is not told again, one by one or otherwise', async () => {
  const titles = Array.from({ length: 10 }, (_, at) => `notice ${at + 1}`)
  await story.letRest(id)
  await story.queue(titles, { to: id, agoS: 900 })
  const path = new RegExp(`^/channels/${id}/messages$`)
  // It is taken the second time, and nobody hears of it.
  story.script({ path, answer: { status: 503 }, times: 2 })
  await story.endRest()
  await story.untilItRests(id)
  story.script({ path, answer: { status: 500, afterAccepting: true }, times: 2 })
  await story.endRest()
  await expect.poll(() => story.said(id)).toEqual(titles)
  await waitUntil('it rests again', async () => {
    const [row] = await rows(
      story.db,
      'select 1 from destination where id = :id and failures = 2 and lease_token is null',
      { id },
    )
    return row ?? null
  })
  await rows(story.db, 'update notice set attempts = 6 where destination_id = :id', { id })
  await story.doubtLonger()
  await story.untilDone(id)
  expect(story.said(id)).toEqual(titles)
  expect(story.discord.messagesIn(id)).toHaveLength(1)
})

it('a digest that is taken without our knowing again and again is told once', async () => {
  const titles = Array.from({ length: 12 }, (_, at) => `notice ${at + 1}`)
  const path = new RegExp(`^/channels/${id}/messages$`)
  await story.letRest(id, { failures: 5 })
  await story.queue(titles, { to: id, agoS: 300 })
  await rows(
    story.db,
    `update notice set attempts = 5 where position in (select position from notice where destination_id = :id order by position limit 10)`,
    { id },
  )
  const accepted = { status: 500, afterAccepting: true } as const
  story.script({ path, answer: accepted, times: 2 })
  story.script({ path, answer: {} })
  story.script({ path, answer: accepted, times: 2 })
  await story.untilDone(id)
  expect(story.said(id)).toEqual(titles)
})

const raise = (content: string) =>
  raiseAlert(
    { db: story.db, alertTo: { channelId: id, mailTo: 'ops@example.org' }, log: testLog },
    { key: `stuck ${id}`, kind: 'removals-held', content, subject: 'Six wait', text: content },
  )

it('an incident that was taken without our knowing, and is seen again since, is found by what it said', async () => {
  lost.add('Nine')
  await raise('Nine people wait')
  await story.untilItRests(id)
  lost.clear()
  await story.doubtLonger()
  await raise('Ten of them wait')
  await story.untilDone(id)
  expect(shown()).toEqual([expect.stringContaining('Ten of them wait')])
})

it('an incident that is told late says when it began, and goes on saying so', async () => {
  await story.triedFiveTimes(id)
  await raise('Six wait for long')
  await rows(story.db, `update incident set began_at = now() - interval '5 minutes' where key = :key`, {
    key: `stuck ${id}`,
  })
  await story.untilDone(id)
  expect(shown()).toEqual([expect.stringMatching(/Six wait for long[^]*<t:\d+:f>/)])
  await raise('Five wait for long')
  await rows(story.db, 'update notice set due_at = now() where destination_id = :id', { id })
  await story.untilDone(id)
  expect(shown()).toEqual([expect.stringMatching(/Five wait for long[^]*<t:\d+:f>/)])
})

it('an incident that was told in time says nothing of that, however late it is told anew', async () => {
  await raise('Six wait')
  await story.untilDone(id)
  await rows(story.db, `update incident set began_at = now() - interval '5 minutes' where key = :key`, {
    key: `stuck ${id}`,
  })
  await raise('Others wait')
  await rows(story.db, 'update notice set due_at = now() where destination_id = :id', { id })
  await story.untilDone(id)
  expect(shown()).toEqual([expect.not.stringMatching(/<t:\d+:f>/)])
  expect(shown()).toEqual([expect.stringContaining('Others wait')])
})

it('what a member is told late says when it happened, in the member’s language', async () => {
  const carol = '600000000000000003'
  story.discord.addUser({ id: carol, username: 'carol' })
  await rows(
    story.db,
    `with link as (
       insert into discord_link (id, discord_user_id, member_id, locale)
       select gen_random_uuid(), :carol, id, 'zh-TW' from member limit 1)
     insert into notice (id, kind, destination_kind, destination_id, body, created_at)
     select gen_random_uuid(), 'change-ended', 'member', :carol, jsonb_build_object('content', content, 'mail', null), now() - make_interval(secs => age)
     from (values ('舊的。', 300), ('新的。', 0)) as told (content, age)`,
    { carol },
  )
  await story.untilDone(carol)
  expect(story.discord.dmsOf(carol).map(({ content }) => content)).toEqual([
    expect.stringMatching(/^舊的。\n-# .*這件事發生在 <t:\d+:f>/),
    '新的。',
  ])
})

it('who looked for so long that another one has the channel by then says nothing there', async () => {
  await story.letRest(id)
  await story.queue(['looked for'], { to: id })
  await rows(
    story.db,
    `update notice set doubtful_since = now() - interval '10 minutes' where destination_id = :id`,
    { id },
  )
  const looked = Promise.withResolvers<void>()
  onLook = async () => {
    onLook = null
    await rows(
      story.db,
      `update destination set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where id = :id`,
      { id },
    )
    looked.resolve()
  }
  await story.endRest()
  await looked.promise
  const other = manyChannels.at(-1)?.id ?? ''
  await story.queue(['something else'], { to: other })
  await story.untilDone(other)
  expect(shown()).toEqual([])
  await rows(story.db, 'update destination set lease_until = now() where id = :id', { id })
  await story.untilDone(id)
  expect(shown()).toEqual(['looked for'])
})

it('an incident that Discord can’t digest has its place held, and is mailed once it is given up', async () => {
  poison.add('wait for you')
  const begin = await story.triedFiveTimes(id, long)
  await raise('Six wait for you')
  await begin()
  await untilShown([held.slice(1, -1)])
  const [incident] = await rows<{ id: string }>(
    story.db,
    'select id from notice where destination_id = :id',
    { id },
  )
  await story.letRest(id)
  await story.queue(['two'], { to: id })
  await passedOverTwice({ noticeId: incident?.id ?? '' })
  await expect.poll(() => story.states(id)).toEqual(['failed', 'sent'])
  await story.mail.waitForMail(({ subject }) => subject === 'Six wait')
})

it('in direct messages nothing is told after what came later: it is given up, and its mail goes out', async () => {
  poison.add('poison')
  story.discord.addUser({ id: bob, username: 'bob' })
  const mail = { memberId: null, to: 'bob@example.org', subject: 'Instead', text: 'By mail.' }
  await rows(
    story.db,
    `insert into destination (kind, id, failures, resume_at) values ('member', :bob, 5, now() + interval '1 hour')`,
    { bob },
  )
  for (const content of ['poison', 'two'])
    await rows(
      story.db,
      `insert into notice (id, kind, destination_kind, destination_id, body) values (gen_random_uuid(), 'change-ended', 'member', :bob, :body)`,
      { bob, body: JSON.stringify({ content, mail: content === 'poison' ? mail : null }) },
    )
  await rows(
    story.db,
    `update notice set attempts = 5, doubtful_since = now() - interval '11 minutes'
     where position = (select min(position) from notice where destination_id = :bob)`,
    { bob },
  )
  await story.endRest()
  await story.mail.waitForMail((one) => one.subject === 'Instead')
  await expect.poll(() => story.states(bob)).toEqual(['failed', 'sent'])
  expect(story.discord.dmsOf(bob).map(({ content }) => content)).toEqual(['two'])
})
