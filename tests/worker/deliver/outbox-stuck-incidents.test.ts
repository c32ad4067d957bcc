import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { testLog } from '../../_support/world.ts'
import { allOf, channelStories, long, placeholder, untaken } from './_channel-stories.ts'
import { channelId, outboxStory } from './_outbox.ts'

const { story, answers, id, lost, shown, untilShown, refuseToTake, passedOverTwice, dueNow, raise } =
  channelStories()

const onlyNotice = async () => {
  const found = await rows<{ noticeId: string }>(
    story().db,
    'select id as notice_id from notice where destination_id = :id',
    { id: id() },
  )
  const [one] = found
  if (!one || found.length > 1) throw new Error('one notice was expected')
  return one
}
const untilMailed = () => story().mail.waitForMail(({ subject }) => subject === `Six wait in ${id()}`)

it('an incident that was taken without our knowing, and is seen again since, is found by what it said', async () => {
  lost.add('Nine')
  await raise('Nine people wait')
  await story().untilItRests(id())
  lost.clear()
  await story().doubtLonger()
  await raise('Ten of them wait')
  await story().untilDone(id())
  expect(shown()).toEqual([expect.stringContaining('Ten of them wait')])
})

it('an incident that is stuck has a placeholder, and is mailed once it is given up', async () => {
  refuseToTake('wait for you')
  const begin = await story().triedFiveTimes(id(), long)
  await raise('Six wait for you')
  await begin()
  await untilShown([placeholder.incident])
  const incident = await onlyNotice()
  await story().letRest(id())
  await story().queue(['two'], { to: id() })
  await passedOverTwice(incident)
  await expect.poll(() => story().states(id())).toEqual(['failed', 'sent'])
  await untilMailed()
})

it('an incident of which only a placeholder is shown is mailed once its channel refuses everything', async () => {
  refuseToTake('wait for you')
  const begin = await story().triedFiveTimes(id(), long)
  await raise('Six wait for you')
  await begin()
  await untilShown([placeholder.incident])
  await story().untilItRests(id())
  await rows(story().db, `update notice set due_at = now() + interval '1 hour' where destination_id = :id`, {
    id: id(),
  })
  answers.set('two', { outcome: 'refused', code: 50_001, message: 'Missing Access' })
  allOf(await story().queue(['two'], { to: id() }), 1)
  await story().endRest()
  const { text } = await untilMailed()
  expect(text).toContain('Six wait for you')
})

it('that messages do not get out is tried every ten minutes where Discord refuses to say it, and given up once it is over', async () => {
  answers.set('gets out', { outcome: 'refused', code: 50_035, message: 'Invalid Form Body' })
  const on = {
    db: story().db,
    alertTo: { channelId: id(), mailTo: 'ops@example.org' },
    log: testLog,
  }
  const key = `undeliverable ${id()}`
  const words = { content: 'Nothing gets out', subject: 'Nothing gets out', text: 'Nothing gets out' }
  await raiseAlert(on, { key, kind: 'discord-undeliverable', ...words })
  const waits = () =>
    rows(
      story().db,
      `select state, due_at > now() + interval '9 minutes' as for_minutes from notice where destination_id = :id and attempts > 0`,
      { id: id() },
    )
  await expect.poll(waits).toEqual([{ state: 'queued', forMinutes: true }])
  await endAlerts(on, [key])
  await dueNow()
  await expect.poll(() => story().states(id())).toEqual(['failed'])
})

it('an alert that was told straight away stays as it is while its edit is stuck, and those behind it are told', async (t) => {
  const own = await outboxStory(t)
  const straight = await own.rest.sendChannelMessage(channelId, { content: 'Postgres is away' }, 'straight')
  if (straight.outcome !== 'sent') throw new Error('it was not taken')
  const begin = await own.triedFiveTimes(channelId, long)
  await raiseAlert(
    { db: own.db, alertTo: { channelId, mailTo: null }, log: testLog },
    { key: 'postgres-away', kind: 'postgres-away', content: 'Away', subject: 'Away', text: 'Away' },
  )
  await own.queue(['two'])
  await own.start(
    {
      editChannelMessage: async (...edit) =>
        JSON.stringify(edit[2]).includes('Away') ? untaken : own.rest.editChannelMessage(...edit),
    },
    {},
    {
      straight: {
        say: async () => true,
        unrecorded: () => [],
        recorded: async () => {},
        posted: () => [],
        noteClock: () => {},
        settled: () => {},
        takeOver: async () => [],
        messageOf: async (key) => (key === 'postgres-away' ? straight.messageId : null),
      },
    },
  )
  await begin()
  await own.untilSaid(['two'])
  expect(own.discord.messagesIn(channelId).map(({ content }) => content)).toEqual(['Postgres is away', ''])
})
