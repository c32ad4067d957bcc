import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { waitUntil } from '../../_support/world.ts'
import { channelStories, long, placeholder } from './_channel-stories.ts'

const { story, id, shown, refuseToTake, answers } = channelStories()

const path = () => new RegExp(`^/channels/${id()}/messages$`)
const untilItFailed = (times: number) =>
  waitUntil('it rests again', async () => {
    const [row] = await rows(
      story().db,
      'select 1 from destination where id = :id and failures = :times and lease_token is null',
      { id: id(), times },
    )
    return row ?? null
  })

it('a digest with one that is stuck is told one by one, in order', async () => {
  refuseToTake('stuck')
  const begin = await story().triedFiveTimes(id(), long)
  await story().queue(['one', 'stuck', 'three'], { to: id(), agoS: 900 })
  await rows(
    story().db,
    `update notice set attempts = 6, doubtful_since = now() - interval '11 minutes', body = jsonb_build_object('tried', :tried::jsonb)
     where destination_id = :id`,
    { id: id(), tried: JSON.stringify({ digest: newId(), prints: [] }) },
  )
  await begin()
  await waitUntil('the second is stuck', async () => {
    await story().endRest()
    return shown().length === 3 ? true : null
  })
  expect(shown()).toEqual(['one', placeholder.topic, 'three'])
})

it('a digest that turns out to be there is not told again, one by one or otherwise', async () => {
  const titles = Array.from({ length: 10 }, (_, at) => `notice ${at + 1}`)
  await story().letRest(id())
  await story().queue(titles, { to: id(), agoS: 900 })
  // It is taken the second time, and nobody hears of it.
  story().script({ path: path(), answer: { status: 503 }, times: 2 })
  await story().endRest()
  await story().untilItRests(id())
  story().script({ path: path(), answer: { status: 500, afterAccepting: true }, times: 2 })
  await story().endRest()
  await expect.poll(() => story().said(id())).toEqual(titles)
  await untilItFailed(2)
  await rows(story().db, 'update notice set attempts = 6 where destination_id = :id', { id: id() })
  await story().doubtLonger()
  await story().untilDone(id())
  expect(story().said(id())).toEqual(titles)
  expect(story().discord.messagesIn(id())).toHaveLength(1)
})

it('a digest that is there and can’t be edited is not told again, one by one or otherwise', async () => {
  const titles = ['one', 'two', 'three']
  await story().letRest(id())
  const [first] = await story().queue(titles, { to: id(), agoS: 900 })
  story().script({ path: path(), answer: { status: 500, afterAccepting: true }, times: 2 })
  await story().endRest()
  await story().untilItRests(id())
  if (first) await story().tellAnew(first, 'changed')
  await rows(
    story().db,
    `update notice set attempts = 6, doubtful_since = now() - interval '11 minutes' where destination_id = :id`,
    { id: id() },
  )
  story().discord.forgetNonces()
  answers.set('changed', { outcome: 'refused', code: 50_035, message: 'Invalid Form Body' })
  await story().untilDone(id())
  expect(story().said(id())).toEqual(titles)
})

it('a digest that is taken without our knowing again and again is told once', async () => {
  const titles = Array.from({ length: 12 }, (_, at) => `notice ${at + 1}`)
  await story().letRest(id(), { failures: 5 })
  await story().queue(titles, { to: id(), agoS: 300 })
  await rows(
    story().db,
    `update notice set attempts = 5 where position in (select position from notice where destination_id = :id order by position limit 10)`,
    { id: id() },
  )
  const accepted = { status: 500, afterAccepting: true } as const
  story().script({ path: path(), answer: accepted, times: 2 })
  story().script({ path: path(), answer: {} })
  story().script({ path: path(), answer: accepted, times: 2 })
  await story().untilDone(id())
  expect(story().said(id())).toEqual(titles)
})
