import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { recordSaid } from '../../../domain/store/incidents/raise-alert.ts'
import { straightAlerts } from '../../../worker/deliver/straight-alerts.ts'
import { takeBackDoubles } from '../../../worker/watch/take-back-doubles.ts'
import { testLog, waitUntil } from '../../_support/world.ts'
import { channelId, outboxStory } from '../deliver/_outbox.ts'

const alertTo = { channelId, mailTo: null }
const alert = {
  key: 'postgres-away',
  kind: 'postgres-away',
  content: '⚠️ **Postgres does not answer**',
  subject: 'Postgres does not answer',
  text: 'Postgres does not answer.',
} as const

it('what two workers said without Postgres and Redis is one message once Postgres is back, and that one says when it is over', async (t) => {
  const { db, discord, rest, start } = await outboxStory(t)
  const redis = {
    claim: async () => null,
    get: async () => null,
    set: async () => {},
    delete: async () => {},
    setIn: async () => {},
    allIn: async () => ({}),
    deleteIn: async () => false,
  }
  const worker = (nonce: string) =>
    straightAlerts({
      redis: async () => redis as never,
      // So far apart that Discord takes the second one for another message.
      discord: { ...rest, sendChannelMessage: (to, body) => rest.sendChannelMessage(to, body, nonce) },
      mailer: { send: async () => ({ outcome: 'refused', message: 'there is no mail' }) } as never,
      alertTo,
      log: testLog,
      stopping: new AbortController().signal,
    })
  const [one, other] = [worker('one'), worker('other')]
  const said = () => discord.messagesIn(channelId)
  for (const straight of [one, other]) expect(await straight.say(alert)).toBe(true)
  for (const straight of [one, other]) await recordSaid({ db, alertTo, log: testLog, straight })
  const [first, second] = said()

  // Nobody knows yet which of them goes on.
  await takeBackDoubles({ db, straight: other, discord: rest, alertTo, log: testLog })
  expect(said()).toHaveLength(2)

  const settings = { DISCORD_ALERT_CHANNEL_ID: channelId }
  await start({}, settings, { straight: one })
  await waitUntil('it goes on in the first one', async () => {
    const [notice] = await rows(db, 'select from notice where message_id = :id', { id: first?.id ?? '' })
    return notice ?? null
  })
  await start({}, settings, { straight: other })
  await waitUntil('the second one is taken away', async () =>
    said().every(({ id }) => id !== second?.id) ? true : null,
  )
  await endAlerts({ db, alertTo, log: testLog }, [alert.key])
  await waitUntil('it says that it is over', async () => (said()[0]?.content.startsWith('✅') ? true : null))
  expect(said().map(({ id }) => id)).toEqual([first?.id])
  await waitUntil('nobody looks for it any more', async () =>
    one.posted().length + other.posted().length === 0 ? true : null,
  )
})

it('what a rule sends to another channel is that message all the same, and the double is taken away', async (t) => {
  const { db, discord, rest } = await outboxStory(t)
  const posted = async (nonce: string) => {
    const sent = await rest.sendChannelMessage(channelId, { content: alert.content }, nonce)
    return sent.outcome === 'sent' ? sent.messageId : ''
  }
  const [shown, double] = [await posted('one'), await posted('other')]
  const saidAt = new Date()
  await recordSaid({
    db,
    alertTo,
    log: testLog,
    straight: { say: async () => true, unrecorded: () => [{ alert, saidAt }], recorded: async () => {} },
  })
  await rows(db, `update notice set destination_id = '400000000000000009', message_id = :shown`, { shown })
  const settled: string[] = []
  const takeBack = (change: Partial<typeof rest> = {}) =>
    takeBackDoubles({
      db,
      straight: {
        posted: () => [{ key: alert.key, messageId: double, saidAt }],
        settled: (messageId: string) => void settled.push(messageId),
      } as never,
      discord: { ...rest, ...change },
      alertTo,
      log: testLog,
    })
  await takeBack({
    deleteChannelMessage: async () => ({ outcome: 'later', retryAfterS: 1, message: 'Discord is away' }),
  })
  expect(settled).toEqual([])
  await takeBack()
  expect(discord.messagesIn(channelId).map(({ id }) => id)).toEqual([shown])
  expect(settled).toEqual([double])
})
