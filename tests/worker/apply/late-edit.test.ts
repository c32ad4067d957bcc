import { expect, it } from 'vitest'
import type { DiscordRest } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../../domain/store/database.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { testLog, waitUntil } from '../../_support/world.ts'
import { channelId, outboxStory } from '../deliver/_outbox.ts'

it('a late edit by a worker that lost the message takes nothing back: it says again how it is', async (t) => {
  const { db, discord, rest, start, wake } = await outboxStory(t)
  const [isEditing, mayGoOn, hasEdited] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ]
  const stopping = new AbortController()
  const editChannelMessage: DiscordRest['editChannelMessage'] = async (...edit) => {
    stopping.abort()
    isEditing.resolve()
    await mayGoOn.promise
    const result = await rest.editChannelMessage(...edit)
    hasEdited.resolve()
    return result
  }
  await start({ editChannelMessage }, {}, { stopping: stopping.signal })
  const alerting = { db, alertTo: { channelId, mailTo: null }, log: testLog }
  const alert = { key: 'role', kind: 'role', content: '⚠️ **one**', subject: 'one', text: 'one' } as const
  const said = () => discord.messagesIn(channelId).map(({ content }) => content)
  const isRecorded = async () =>
    (await rows(db, `select from notice where state = 'sent' and sent_revision = revision`))[0] ?? null

  await raiseAlert(alerting, alert)
  await waitUntil('it is said', isRecorded)
  await raiseAlert(alerting, { ...alert, content: '⚠️ **two**', text: 'two' })
  await rows(db, 'update notice set due_at = now()')
  await wake()
  await isEditing.promise
  await rows(db, 'update destination set lease_until = now()')
  await start()
  await endAlerts(alerting, [alert.key])
  await waitUntil('it is over', async () => (said()[0]?.startsWith('✅') ? true : null))
  await waitUntil('that is recorded', isRecorded)
  mayGoOn.resolve()
  await hasEdited.promise
  expect(said()).toEqual([expect.stringContaining('two')])
  await waitUntil('it is over again', async () => (said()[0]?.startsWith('✅') ? true : null))
  await waitUntil('that is recorded', isRecorded)
  expect(said()).toHaveLength(1)
})
