import { beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import type { Trouble } from '../../../sandbox/discord/stand-in.ts'
import { waitUntil } from '../../_support/world.ts'
import { channelId, freeChannels, manyChannels, otherChannelId, outboxStory, reading } from './_outbox.ts'

const accepted = { afterAccepting: true } as const
const tooMany = (forS: number) => ({
  status: 429,
  body: { message: 'slow down', retry_after: forS, global: false },
  headers: { 'retry-after': String(Math.ceil(forS)) },
})

/** Twice where the REST client tries once more by itself: it does after a 5xx, silence and a cut connection, and hands a 403 and a long 429 on. */
const faults: Record<string, Trouble['answer'][]> = {
  '429 for a moment': [tooMany(0.2)],
  '429 for long': [tooMany(40)],
  '500 after having accepted': [
    { status: 500, ...accepted },
    { status: 500, ...accepted },
  ],
  '500 after having accepted, and a nonce that is forgotten': [
    { status: 500, ...accepted },
    { status: 500, ...accepted },
  ],
  '502': [{ status: 502 }, { status: 502 }],
  'a refusal that is not Discord’s': [{ status: 403, body: {} }],
  silence: [{ instead: 'silence' }, { instead: 'silence' }],
  'silence after having accepted': [{ instead: 'silence', ...accepted }, { instead: 'silence' }],
  'a cut connection': [{ instead: 'cut' }, { instead: 'cut' }],
  'a connection that is cut after having accepted': [{ instead: 'cut', ...accepted }, { instead: 'cut' }],
}
const ages = { fresh: 0, 'five minutes old': 300 } as const
const matrix = Object.keys(faults).flatMap((fault) =>
  Object.keys(ages).map((age) => [fault, age as keyof typeof ages] as const),
)

describe('whatever Discord answers, each notice appears once, in order, and an old one says when it happened', () => {
  let story: Awaited<ReturnType<typeof outboxStory>>
  const freeChannel = freeChannels()
  beforeAll(async () => {
    story = await outboxStory(undefined, { channels: manyChannels, timeoutMs: 700 })
    await story.start()
  })

  it.for(matrix)('%s, %s', async ([fault, age]) => {
    const id = freeChannel()
    const path = new RegExp(`^/channels/${id}/messages$`)
    const answers = faults[fault] ?? []
    const scripted = answers.map((answer) => story.script({ path, answer }))
    await story.queue(['one', 'two', 'three'], { agoS: ages[age], to: id })
    if (fault.includes('forgotten')) {
      await story.untilItRests(id)
      await story.doubtLonger()
    }
    await story.untilDone(id)
    // A second message of one of them would come before this one.
    await story.queue(['last'], { to: id })
    await story.untilDone(id)
    expect(story.said(id)).toEqual(['one', 'two', 'three', 'last'])
    expect(await story.states(id)).toEqual(['sent', 'sent', 'sent', 'sent'])
    expect(scripted.map(({ isUsedUp }) => isUsedUp())).toEqual(answers.map(() => true))
    const saysWhen = story.discord
      .messagesIn(id)
      .flatMap(({ embeds }) => embeds.map(({ description }) => /<t:\d+:f>/.test(description ?? '')))
    expect(saysWhen).toEqual([...Array<boolean>(3).fill(age !== 'fresh'), false])
  })

  it.for([
    ['and then takes it', 0],
    ['and then takes one and no more for a while', 2],
  ] as const)(
    'Discord that has failed for a while, %s: nothing is lost, and nothing told before',
    async ([, more]) => {
      const id = freeChannel()
      const path = new RegExp(`^/channels/${id}/messages$`)
      const begin = await story.triedFiveTimes(id)
      await story.queue(['one', 'two'], { to: id })
      story.script({ path, answer: { status: 503 }, times: 2 })
      if (more > 0) {
        story.script({ path, answer: {} })
        story.script({ path, answer: { status: 503 }, times: more })
      }
      await begin()
      await story.untilDone(id)
      expect(story.said(id)).toEqual(['one', 'two'])
      expect(await story.states(id)).toEqual(['sent', 'sent'])
    },
  )
})

it('429: the channel is left alone for as long as Discord says, and told in order then', async (t) => {
  const story = await outboxStory(t)
  const body = { message: 'slow down', retry_after: 40, global: false }
  story.script({
    path: new RegExp(`^/channels/${channelId}/messages$`),
    answer: { status: 429, body, headers: { 'retry-after': '40' } },
  })
  await story.queue(['one', 'two'])
  await story.queue(['other'], { to: otherChannelId })
  await story.start()
  await story.untilSaid(['other'], otherChannelId)
  const rest = await waitUntil('the channel rests', async () => {
    const [one] = await rows<{ failures: number; forS: number }>(
      story.db,
      `select failures, extract(epoch from resume_at - now())::float8 as for_s from destination where id = :channelId and lease_token is null`,
      { channelId },
    )
    return one ?? null
  })
  expect(rest).toEqual({ failures: 0, forS: expect.closeTo(40, -1) as number })
  // That is no failure of theirs.
  expect(await rows(story.db, `select attempts, error from notice where state = 'queued'`)).toEqual([
    { attempts: 0, error: null },
    { attempts: 0, error: null },
  ])
  expect(story.said()).toEqual([])
  await story.endRest()
  await story.untilSaid(['one', 'two'])
  await expect.poll(() => story.states()).toEqual(['sent', 'sent', 'sent'])
  expect(story.said()).toEqual(['one', 'two'])
})

it('connections that are refused: everything waits, and is told in order', async (t) => {
  const story = await outboxStory(t)
  await story.discord.goAway()
  await story.queue(['one', 'two'])
  await story.start()
  await story.untilItRests()
  await story.queue(['three'])
  await story.discord.comeBack()
  await story.endRest()
  await story.untilSaid(['one', 'two', 'three'])
  await expect.poll(() => story.states()).not.toContain('queued')
})

it('a channel in trouble holds up no other', async (t) => {
  const story = await outboxStory(t)
  const end = story.script({
    path: new RegExp(`^/channels/${channelId}/messages$`),
    times: Infinity,
    answer: { status: 503 },
  })
  await story.queue(['one', 'two'])
  await story.queue(['other'], { to: otherChannelId })
  await story.start()
  await story.untilSaid(['other'], otherChannelId)
  await story.untilItRests()
  expect(story.said()).toEqual([])
  end()
  await story.endRest()
  await story.untilSaid(['one', 'two'])
})

it.for([
  ['while the nonce is shown', false],
  ['when the nonce is forgotten', true],
] as const)('what may be there is found in the channel after a longer doubt, %s', async ([, forgets], t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 500, ...accepted }, times: 2 })
  await story.queue(['one', 'two'])
  await story.start()
  await story.untilItRests()
  if (forgets) story.discord.forgetNonces()
  await rows(
    story.db,
    `update notice set doubtful_since = doubtful_since - interval '10 minutes' where doubtful_since is not null`,
  )
  await story.endRest()
  await story.untilSaid(['one', 'two'])
  await expect.poll(() => story.states()).not.toContain('queued')
})

it('told anew right after it was taken without our knowing, it says what is so now', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 500, ...accepted }, times: 2 })
  const [topic] = await story.queue(['broken'])
  await story.start()
  await story.untilItRests()
  if (topic) await story.tellAnew(topic, 'fixed', 'resolved')
  await story.endRest()
  await story.untilSaid(['fixed'])
  await expect.poll(() => story.states()).toEqual(['sent'])
})

it('as long as the channel can’t be looked through, what is in doubt waits', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 500, ...accepted }, times: 2 })
  await story.queue(['one'])
  await story.start()
  await story.untilItRests()
  await story.doubtLonger()
  const looking = story.script({ ...reading, times: 2, answer: { status: 503 } })
  await story.untilDone(channelId)
  expect([looking.isUsedUp(), story.said()]).toEqual([true, ['one']])
})

it.for([
  ['a limit gives nothing up', tooMany(40), 'queued'],
  ['a failure does', { status: 503 }, 'failed'],
] as const)('what waits for more than three days: %s', async ([, answer, state], t) => {
  const story = await outboxStory(t)
  story.script({ answer, times: Infinity })
  await story.queue(['old'], { agoS: 4 * 24 * 3600 })
  await story.start()
  await waitUntil('it was tried', async () => {
    const [tried] = await rows(
      story.db,
      `select 1 from destination where lease_token is null and resume_at > now() union all select 1 from notice where state <> 'queued'`,
    )
    return tried ?? null
  })
  expect(await story.states()).toEqual([state])
})

it('what is shown is edited however old it is', async (t) => {
  const story = await outboxStory(t)
  const [topic] = await story.queue(['broken'])
  await story.start()
  await story.untilSaid(['broken'])
  await rows(story.db, `update notice set created_at = now() - interval '4 days'`)
  story.script({ method: 'PATCH', path: /\/messages\/\d+$/, times: 2, answer: { status: 503 } })
  if (topic) await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilItRests()
  expect(await story.states()).toEqual(['queued'])
  await story.endRest()
  await story.untilSaid(['fixed'])
})

it('told anew while it is in doubt, it is found by what it said and says what is so now', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 500, ...accepted }, times: 2 })
  const [one] = await story.queue(['one', 'two'])
  await story.start()
  await story.untilItRests()
  story.discord.forgetNonces()
  await rows(
    story.db,
    `update notice set doubtful_since = doubtful_since - interval '10 minutes' where doubtful_since is not null`,
  )
  if (one) await story.tellAnew(one, 'one, fixed')
  await story.endRest()
  await story.untilSaid(['one, fixed', 'two'])
  await expect.poll(() => story.states()).not.toContain('queued')
})

it('another message that says the same is not taken for it', async (t) => {
  const story = await outboxStory(t)
  await story.queue(['deployed'])
  await story.start()
  await story.untilSaid(['deployed'])
  story.script({ answer: { status: 503 }, times: 2 })
  await story.queue(['deployed'])
  await story.untilItRests()
  story.discord.forgetNonces()
  await rows(
    story.db,
    `update notice set doubtful_since = doubtful_since - interval '2 minutes' where doubtful_since is not null`,
  )
  await story.endRest()
  await story.untilSaid(['deployed', 'deployed'])
  await expect.poll(() => story.states()).not.toContain('queued')
})

it('where the channel may not be read, it is sent all the same', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 503 }, times: 2 })
  story.script({
    ...reading,
    times: Infinity,
    answer: { status: 403, body: { code: 50001, message: 'Missing Access' } },
  })
  await story.queue(['one'])
  await story.start()
  await story.untilItRests()
  await rows(
    story.db,
    `update notice set doubtful_since = doubtful_since - interval '10 minutes' where doubtful_since is not null`,
  )
  await story.endRest()
  await story.untilSaid(['one'])
  await expect.poll(() => story.states()).not.toContain('queued')
})

it('a direct message in doubt is told once', async (t) => {
  const story = await outboxStory(t)
  const bob = '600000000000000001'
  story.discord.addUser({ id: bob, username: 'bob' })
  story.script({ answer: { status: 500, ...accepted }, times: 2 })
  await rows(
    story.db,
    `insert into notice (id, kind, destination_kind, destination_id, body)
     values (gen_random_uuid(), 'change-ended', 'member', :bob, '{"content": "You’re on news now."}')`,
    { bob },
  )
  await story.start()
  await story.untilItRests()
  story.discord.forgetNonces()
  await rows(story.db, `update notice set doubtful_since = doubtful_since - interval '10 minutes'`)
  await story.endRest()
  await expect.poll(() => story.states()).toEqual(['sent'])
  expect(story.discord.dmsOf(bob).map(({ content }) => content)).toEqual(['You’re on news now.'])
})

it('what Discord refuses for good becomes a dead letter, and the next goes on', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 400, body: { code: 50035, message: 'Invalid Form Body' } } })
  await story.queue(['refused', 'two'])
  await story.start()
  await story.untilSaid(['two'])
  await expect.poll(() => story.states()).toEqual(['failed', 'sent'])
})

it('while Discord takes nothing at all, nothing is given up', async (t) => {
  const story = await outboxStory(t)
  await story.queue(['one', 'two'])
  await rows(story.db, `insert into destination (kind, id, failures) values ('channel', :channelId, 5)`, {
    channelId,
  })
  await rows(
    story.db,
    `update notice set attempts = 5, doubtful_since = now() - interval '1 hour' where position = (select min(position) from notice)`,
  )
  const end = story.script({ answer: { status: 503 }, times: Infinity })
  await story.start()
  await expect
    .poll(
      async () =>
        (await rows(story.db, 'select 1 from destination where failures > 5 and lease_token is null')).length,
    )
    .toBe(1)
  end()
  await story.endRest()
  await story.untilSaid(['one', 'two'])
})
