import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createDiscordRest, type DiscordRest } from '../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { startDiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createWorld, waitUntil } from '../_support/world.ts'

const channelId = '400000000000000002'
const token = 'a.token.for-tests'

it('a late edit by a worker that lost the message takes nothing back: it says again how it is', async (t) => {
  const world = await createWorld({}, t)
  const discord = await startDiscordStandIn({
    token,
    applicationId: '200000000000000001',
    guildId: '300000000000000001',
    channels: [{ id: channelId, name: 'alerts' }],
  })
  cleanUpAfter(t, () => discord.stop())
  const environment = {
    DISCORD_TOKEN: token,
    DISCORD_API_URL: discord.url,
    DISCORD_ALERT_CHANNEL_ID: channelId,
  }
  const rest = createDiscordRest({ token, apiUrl: discord.url, log: pino({ level: 'silent' }) })
  const [isEditing, mayGoOn, hasEdited] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ]
  const stopping = new AbortController()
  const editLate: DiscordRest['editChannelMessage'] = async (...edit) => {
    stopping.abort()
    isEditing.resolve()
    await mayGoOn.promise
    const result = await rest.editChannelMessage(...edit)
    hasEdited.resolve()
    return result
  }
  await world.worker(
    {
      followsDirectory: false,
      stopping: stopping.signal,
      discord: { ...rest, editChannelMessage: editLate },
    },
    environment,
  )
  const alerting = { db: world.db, alertTo: { channelId, mailTo: null }, log: { error: () => {} } }
  const alert = { key: 'role', kind: 'role', content: '⚠️ **one**', subject: 'one', text: 'one' } as const
  const said = () => discord.messagesIn(channelId).map(({ content }) => content)
  const isRecorded = async () =>
    (await rows(world.db, `select from notice where state = 'sent' and sent_revision = revision`))[0] ?? null
  const dueNow = () =>
    rows(
      world.db,
      `with due as (update notice set due_at = now() returning 1) select pg_notify('outbox', '') from due`,
    )

  await raiseAlert(alerting, alert)
  await waitUntil('it is said', isRecorded)
  await raiseAlert(alerting, { ...alert, content: '⚠️ **two**', text: 'two' })
  await dueNow()
  await isEditing.promise
  await rows(world.db, 'update destination set lease_until = now()')
  await world.worker({ followsDirectory: false }, environment)
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
