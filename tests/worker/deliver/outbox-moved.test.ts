import { expect, it } from 'vitest'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { testLog } from '../../_support/world.ts'
import { channelId, otherChannelId, outboxStory } from './_outbox.ts'

it('an incident that Discord took without saying so is not told a second time where alerts go by now', async (t) => {
  const story = await outboxStory(t, { timeoutMs: 700 })
  const path = new RegExp(`^/channels/${channelId}/messages$`)
  story.script({ path, answer: { status: 500, afterAccepting: true }, times: 2 })
  const first = await story.start({}, { DISCORD_ALERT_CHANNEL_ID: channelId })
  await raiseAlert(
    { db: story.db, alertTo: { channelId, mailTo: null }, log: testLog },
    {
      key: 'queue-old',
      kind: 'drift',
      content: 'Somebody edited news.',
      subject: 'Edited',
      text: 'Somebody edited news.',
    },
  )
  await story.untilItRests(channelId)
  expect(story.discord.messagesIn(channelId)).toHaveLength(1)
  await first.stop()
  // An admin has alerts go elsewhere, and starts the worker again.
  await story.start({}, { DISCORD_ALERT_CHANNEL_ID: otherChannelId })
  await expect
    .poll(async () => {
      await story.endRest()
      return story.states()
    })
    .toEqual(['sent'])
  const told = [channelId, otherChannelId].map((id) => story.discord.messagesIn(id).length)
  expect(told).toEqual([1, 0])
})
