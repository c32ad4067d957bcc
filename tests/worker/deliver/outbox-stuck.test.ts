import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { waitUntil } from '../../_support/world.ts'
import { allOf, channelStories, long, placeholder } from './_channel-stories.ts'

const { story, answers, id, shown, untilShown, refuseToTake, passedOverTwice, passedOver } = channelStories()

it.for(['stuck', 'unforeseen'])(
  'what is stuck (%s) has a placeholder, and is given up once others were taken for ten minutes',
  async (word) => {
    refuseToTake('stuck')
    const begin = await story().triedFiveTimes(id(), long)
    const [first] = allOf(await story().queue([word, 'two', 'three'], { to: id() }), 1)
    await begin()
    await untilShown([placeholder.topic, 'two', 'three'])
    await expect.poll(() => story().states(id())).toEqual(['queued', 'sent', 'sent'])
    await expect.poll(() => passedOver(first)).toBe(1)
    await story().letRest(id())
    await story().queue(['four'], { to: id() })
    await passedOverTwice(first)
    await expect.poll(() => story().states(id())).toEqual(['failed', 'sent', 'sent', 'sent'])
    expect(shown()).toEqual([placeholder.topic, 'two', 'three', 'four'])
  },
)

it('two in a row that are stuck have a placeholder each, and those behind them are told', async () => {
  refuseToTake('stuck')
  const begin = await story().triedFiveTimes(id(), { ...long, count: 2 })
  const [first, second] = allOf(await story().queue(['stuck one', 'stuck two', 'three'], { to: id() }), 2)
  await begin()
  await untilShown([placeholder.topic, placeholder.topic, 'three'])
  await expect.poll(() => Promise.all([passedOver(first), passedOver(second)])).toEqual([1, 1])
  answers.clear()
  await rows(story().db, 'update notice set due_at = now() where destination_id = :id', { id: id() })
  await story().untilDone(id())
  expect(shown()).toEqual(['stuck one', 'stuck two', 'three'])
})

it('two edits in a row that are stuck keep nobody behind them waiting', async () => {
  const [first, second] = allOf(await story().queue(['one', 'two'], { to: id() }), 2)
  await untilShown(['one', 'two'])
  await expect.poll(() => story().states(id())).toEqual(['sent', 'sent'])
  refuseToTake('stuck')
  const begin = await story().triedFiveTimes(id(), { ...long, count: 2 })
  await story().tellAnew(first, 'stuck one')
  await story().tellAnew(second, 'stuck two')
  await story().queue(['three'], { to: id() })
  await begin()
  await untilShown(['one', 'two', 'three'])
  await expect.poll(() => Promise.all([passedOver(first), passedOver(second)])).toEqual([1, 1])
  await story().letRest(id())
  await story().queue(['four'], { to: id() })
  await passedOverTwice(first)
  await story().letRest(id())
  await story().queue(['five'], { to: id() })
  await passedOverTwice(second)
  await expect.poll(() => story().states(id())).toEqual(['failed', 'failed', 'sent', 'sent', 'sent'])
  expect(shown()).toEqual(['one', 'two', 'three', 'four', 'five'])
})

it('behind one that is stuck, one that fails for the first time keeps its place', async () => {
  refuseToTake('stuck', 'second')
  const begin = await story().triedFiveTimes(id(), long)
  await story().queue(['stuck', 'second', 'third'], { to: id() })
  await begin()
  await untilShown([placeholder.topic])
  await story().untilItRests(id())
  expect(shown()).toEqual([placeholder.topic])
  answers.delete('second')
  await story().endRest()
  await untilShown([placeholder.topic, 'second', 'third'])
})

it('a limit that the placeholder meets is kept', async () => {
  refuseToTake('stuck')
  const retryAfterS = 1800
  answers.set('belongs here', { outcome: 'later', retryAfterS, message: 'slow down', limited: 'messages' })
  const begin = await story().triedFiveTimes(id(), long)
  await story().queue(['stuck'], { to: id() })
  await begin()
  const rest = await waitUntil('it rests', async () => {
    const [one] = await rows<{ failures: number; forS: number }>(
      story().db,
      `select failures, extract(epoch from resume_at - now())::float8 as for_s from destination
       where id = :id and lease_token is null and resume_at > now()`,
      { id: id() },
    )
    return one ?? null
  })
  expect(rest).toEqual({ failures: 5, forS: expect.closeTo(retryAfterS, -2) as number })
})

it('what is taken after all is shown where it belongs', async () => {
  refuseToTake('slow')
  const begin = await story().triedFiveTimes(id(), long)
  const [first] = allOf(await story().queue(['slow', 'two'], { to: id() }), 1)
  await begin()
  await untilShown([placeholder.topic, 'two'])
  await expect.poll(() => passedOver(first)).toBe(1)
  answers.clear()
  await rows(story().db, 'update notice set due_at = now() where id = :noticeId', first)
  await story().untilDone(id())
  expect(shown()).toEqual(['slow', 'two'])
  expect(await story().states(id())).toEqual(['sent', 'sent'])
})

it('whoever is to be called is called in time, and once', async () => {
  refuseToTake('calling')
  const begin = await story().triedFiveTimes(id(), long)
  const [first] = allOf(await story().queue(['calling'], { to: id(), mention: 'here' }), 1)
  await begin()
  await untilShown([`@here + ${placeholder.topic}`])
  expect(story().discord.messagesIn(id())[0]?.mention_everyone).toBe(true)
  answers.clear()
  await rows(story().db, 'update notice set due_at = now() where id = :noticeId', first)
  await story().untilDone(id())
  expect(shown()).toEqual(['@here + calling'])
})

it('a placeholder with nobody behind it is given up after days', async () => {
  refuseToTake('stuck')
  const begin = await story().triedFiveTimes(id(), long)
  await story().queue(['stuck'], { to: id() })
  await begin()
  await untilShown([placeholder.topic])
  await story().untilItRests(id())
  await rows(
    story().db,
    `update notice set created_at = now() - interval '4 days' where destination_id = :id`,
    {
      id: id(),
    },
  )
  await story().endRest()
  await expect.poll(() => story().states(id())).toEqual(['failed'])
})

it('trouble for a minute or so is nothing that anything is passed over for', async () => {
  refuseToTake('first')
  const begin = await story().triedFiveTimes(id(), { forS: 300 })
  await story().queue(['first', 'two'], { to: id() })
  await begin()
  await waitUntil('it was tried once more', async () => {
    const [row] = await rows(
      story().db,
      'select 1 from destination where id = :id and failures = 6 and lease_token is null',
      { id: id() },
    )
    return row ?? null
  })
  expect(shown()).toEqual([])
  answers.clear()
  await story().untilDone(id())
  expect(shown()).toEqual(['first', 'two'])
})

it.for([
  ['600000000000000001', ['stuck one']] as const,
  ['600000000000000002', ['stuck one', 'stuck two']] as const,
])(
  'in direct messages (%s) nothing is told after what came later: it is given up, and its mail goes out',
  async ([account, stuck]) => {
    refuseToTake('stuck')
    story().discord.addUser({ id: account, username: `user-${account}` })
    await rows(
      story().db,
      `insert into destination (kind, id, failures, resume_at) values ('member', :account, 5, now() + interval '1 hour')`,
      { account },
    )
    for (const content of [...stuck, 'last']) {
      const subject = `Instead of ${content} to ${account}`
      const mail = { memberId: null, to: 'bob@example.org', subject, text: 'By mail.' }
      await rows(
        story().db,
        `insert into notice (id, kind, destination_kind, destination_id, body) values (gen_random_uuid(), 'change-ended', 'member', :account, :body)`,
        { account, body: JSON.stringify({ content, mail }) },
      )
    }
    await rows(
      story().db,
      `update notice set attempts = 5, doubtful_since = now() - interval '11 minutes'
       where destination_id = :account and body ->> 'content' like 'stuck%'`,
      { account },
    )
    await story().endRest()
    for (const content of stuck)
      await story().mail.waitForMail((one) => one.subject === `Instead of ${content} to ${account}`)
    await expect.poll(() => story().states(account)).toEqual([...stuck.map(() => 'failed'), 'sent'])
    expect(
      story()
        .discord.dmsOf(account)
        .map(({ content }) => content),
    ).toEqual(['last'])
  },
)
