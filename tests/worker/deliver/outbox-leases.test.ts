import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { manyChannels } from './_outbox.ts'
import { allOf, channelStories, long } from './_channel-stories.ts'

const { story, answers, hooks, id, lost, shown, untilShown, refuseToTake, raise } = channelStories()
const lastChannel = () => {
  const last = manyChannels.at(-1)
  if (!last) throw new Error('there are no channels')
  return last.id
}

/** Another worker has the notice by now, and has told it. */
const toldByAnother = ({ noticeId }: { noticeId: string }, messageId: string | null) =>
  rows(
    story().db,
    `update notice set state = 'sent', sent_revision = revision, lease_token = null, ended_at = now(), doubtful_since = null,
       attempts = 0, message_id = coalesce(:messageId, message_id), body = '{}'
     where id = :noticeId`,
    { noticeId, messageId },
  )

it('who looked for so long that another one has the channel by then says nothing there', async () => {
  await story().letRest(id())
  await story().queue(['looked for'], { to: id() })
  await rows(
    story().db,
    `update notice set doubtful_since = now() - interval '10 minutes' where destination_id = :id`,
    { id: id() },
  )
  const looked = Promise.withResolvers<void>()
  hooks.onLook = async () => {
    hooks.onLook = null
    await rows(
      story().db,
      `update destination set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where id = :id`,
      { id: id() },
    )
    looked.resolve()
  }
  await story().endRest()
  await looked.promise
  const other = lastChannel()
  await story().queue(['something else'], { to: other })
  await story().untilDone(other)
  expect(shown()).toEqual([])
  await rows(story().db, 'update destination set lease_until = now() where id = :id', { id: id() })
  await story().untilDone(id())
  expect(shown()).toEqual(['looked for'])
})

const queueSlow = {
  'a notice': async () => {
    const [{ noticeId }] = allOf(await story().queue(['slow'], { to: id() }), 1)
    return noticeId
  },
  'an incident': async () => {
    await raise('slow')
    const [found] = await rows<{ id: string }>(
      story().db,
      'select id from notice where destination_id = :id',
      { id: id() },
    )
    return found?.id ?? ''
  },
}

it.each(['a notice', 'an incident'] as const)(
  'the placeholder of %s by a worker that lost it takes nothing back: it says again how it is',
  async (what) => {
    refuseToTake('slow')
    const begin = await story().triedFiveTimes(id(), long)
    const noticeId = await queueSlow[what]()
    hooks.onPosted = async (channelId) => {
      if (channelId !== id()) return
      hooks.onPosted = null
      answers.clear()
      await toldByAnother({ noticeId }, story().discord.messagesIn(id())[0]?.id ?? null)
    }
    await begin()
    await untilShown([expect.stringContaining('slow')])
    await expect.poll(() => story().states(id())).toEqual(['sent'])
  },
)

it('an edit of a worker that lost the notice, and of which it hears nothing, takes nothing back', async () => {
  const [one] = allOf(await story().queue(['one'], { to: id() }), 1)
  await untilShown(['one'])
  await expect.poll(() => story().states(id())).toEqual(['sent'])
  lost.add('two')
  const isEdited = Promise.withResolvers<void>()
  hooks.onEdited = async (channelId) => {
    if (channelId !== id()) return
    hooks.onEdited = null
    await rows(
      story().db,
      `update topic set facts = facts || '{"title": "three"}', revision = revision + 1 where id = :topicId`,
      one,
    )
    await toldByAnother(one, null)
    isEdited.resolve()
  }
  await story().tellAnew(one, 'two')
  await isEdited.promise
  await untilShown(['three'])
})
