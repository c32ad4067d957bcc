import { describe, expect, it, type TestContext } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { endAlerts, endIncident } from '../../../../domain/store/incidents/end-alerts.ts'
import { readForgotten } from '../../../../domain/store/incidents/read-incidents.ts'
import {
  type Alert,
  type AlertTo,
  raiseAlert,
  recordSaid,
} from '../../../../domain/store/incidents/raise-alert.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

const alert: Alert = {
  key: 'fire',
  kind: 'read-incomplete',
  subject: 'Fire',
  content: '⚠️ **Fire**\nThere is a fire.\nRun.',
  text: 'There is a fire.\n\nRun.\n',
}
const decidable: Alert = {
  ...alert,
  kind: 'removals-held',
  subjectId: 'a-hold',
  actions: ['approve', 'deny'],
}
const channelId = '400000000000000001'
const inChannel = { channelId, mailTo: null }

async function alerting(t: TestContext, alertTo: AlertTo, url?: string) {
  const db = openDatabase(url ?? (await createTestDatabase(t)).url)
  cleanUpAfter(t, () => db.destroy())
  const logged: string[] = []
  const log = {
    error: (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`),
  }
  const said: string[] = []
  const straight = {
    say: async ({ key }: Alert) => said.push(key) > 0,
    unrecorded: () => [],
    recorded: async () => {},
  }
  return { db, alertTo, log, straight, logged, said }
}

type On = Awaited<ReturnType<typeof alerting>>

const incidents = ({ db }: On) =>
  rows<{ key: string; state: string; count: number; revision: number }>(
    db,
    'select key, state, count, revision from incident order by id',
  )
const notices = ({ db }: On) =>
  rows<{ state: string; revision: number; dueInS: number; destinationId: string }>(
    db,
    `select state, revision, extract(epoch from due_at - now())::float8 as due_in_s, destination_id from notice order by id`,
  )
/** As when its message has just been told. */
const tell = ({ db }: On) =>
  rows(db, `update notice set state = 'sent', ended_at = now(), sent_revision = revision, message_id = '1'`)
const mails = ({ db }: On) =>
  rows<{ toAddress: string; subject: string; textBody: string }>(
    db,
    'select to_address, subject, text_body from mail order by id',
  )

describe('an incident', () => {
  it('is one, however often and by how many it is raised at once, and another one after its end', async (t) => {
    const on = await alerting(t, inChannel)
    await Promise.all([raiseAlert(on, alert), raiseAlert(on, alert), raiseAlert(on, alert)])
    expect(await incidents(on)).toEqual([{ key: 'fire', state: 'open', count: 3, revision: 1 }])
    await raiseAlert(on, { ...alert, key: 'flood' })
    await endAlerts(on, ['fire', 'theft'])
    await raiseAlert(on, { ...alert, key: 'flood' })
    await raiseAlert(on, alert)
    expect(await incidents(on)).toEqual([
      { key: 'fire', state: 'resolved', count: 3, revision: 2 },
      { key: 'flood', state: 'open', count: 2, revision: 1 },
      { key: 'fire', state: 'open', count: 1, revision: 1 },
    ])
    expect(await notices(on)).toHaveLength(3)
    expect(on.logged).toEqual([])
  })

  it('that nobody decides on is the same with other numbers, and another revision with other words', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, { ...alert, content: 'It has 3 flames.' })
    await raiseAlert(on, { ...alert, content: 'It has 12 flames.' })
    expect(await incidents(on)).toMatchObject([{ count: 2, revision: 1 }])
    await raiseAlert(on, { ...alert, content: 'It has 12 flames and smoke.' })
    expect(await incidents(on)).toMatchObject([{ count: 3, revision: 2 }])
  })

  it('that an admin decides on is another revision with every word that differs', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, { ...decidable, content: '7 people' })
    await raiseAlert(on, { ...decidable, content: '7 people' })
    expect(await incidents(on)).toMatchObject([{ count: 2, revision: 1 }])
    await raiseAlert(on, { ...decidable, content: '8 people' })
    await raiseAlert(on, { ...decidable, content: '8 people', subjectId: 'another-hold' })
    expect(await incidents(on)).toMatchObject([{ count: 4, revision: 3 }])
  })

  it('that was not seen for a while only is ended by who did not raise it', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    await endAlerts(on, ['fire'], 'over', { quietForS: 60 })
    expect(await incidents(on)).toMatchObject([{ state: 'open' }])
    await rows(on.db, `update incident set last_at = now() - interval '2 minutes'`)
    await endAlerts(on, ['fire'], 'over', { quietForS: 60 })
    expect(await incidents(on)).toMatchObject([{ state: 'resolved' }])
  })

  it('that began after what is over was over goes on', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    await endAlerts(on, ['fire'], 'over', { begunForS: 60 })
    expect(await incidents(on)).toMatchObject([{ state: 'open' }])
    await rows(on.db, `update incident set began_at = now() - interval '2 minutes'`)
    await endAlerts(on, ['fire'], 'over', { begunForS: 60 })
    expect(await incidents(on)).toMatchObject([{ state: 'resolved' }])
  })
})

describe('its message', () => {
  it('is one, and a storm has it told anew once in a while', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    expect(await notices(on)).toEqual([
      { state: 'queued', revision: 1, dueInS: expect.closeTo(0, 0) as number, destinationId: channelId },
    ])
    await tell(on)
    for (let times = 0; times < 1000; times += 100)
      await Promise.all(Array.from({ length: 100 }, () => raiseAlert(on, alert)))
    const [notice, ...more] = await notices(on)
    expect(more).toEqual([])
    expect(notice).toMatchObject({ state: 'queued', revision: 1001 })
    const [due] = await rows<{ afterS: number }>(
      on.db,
      'select extract(epoch from due_at - created_at)::float8 as after_s from notice',
    )
    expect(due?.afterS).toBeGreaterThan(20)
    expect(await incidents(on)).toMatchObject([{ count: 1001 }])
  })

  it('of what lasts for long says more rarely that it was seen again', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    await tell(on)
    await rows(on.db, `update notice set created_at = now() - interval '1 hour'`)
    await raiseAlert(on, alert)
    expect((await notices(on))[0]?.dueInS).toBeGreaterThan(300)
  })

  it('says the end at once, and other words soon', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    await tell(on)
    await raiseAlert(on, alert)
    await raiseAlert(on, { ...alert, content: 'Smoke.' })
    const [soon] = await notices(on)
    expect(soon?.dueInS).toBeGreaterThan(0)
    expect(soon?.dueInS).toBeLessThan(6)
    await endAlerts(on, ['fire'])
    const [now] = await notices(on)
    expect(now?.dueInS).toBeLessThanOrEqual(0)
  })

  it('stays with who has it in hand', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    await rows(
      on.db,
      `update notice set lease_token = gen_random_uuid(), due_at = now() + interval '2 minutes'`,
    )
    await endAlerts(on, ['fire'])
    const [notice] = await notices(on)
    expect(notice).toMatchObject({ state: 'queued', revision: 2 })
    expect(notice?.dueInS).toBeGreaterThan(100)
  })

  it('that Discord has refused is not tried again, except to say the end', async (t) => {
    const on = await alerting(t, inChannel)
    await raiseAlert(on, alert)
    await rows(on.db, `update notice set state = 'failed', ended_at = now()`)
    await raiseAlert(on, alert)
    expect(await notices(on)).toMatchObject([{ state: 'failed', revision: 1 }])
    await endAlerts(on, ['fire'])
    expect(await notices(on)).toMatchObject([{ state: 'queued', revision: 2 }])
  })
})

it('goes by mail without a channel, once, and then leaves no message behind that waits', async (t) => {
  const on = await alerting(t, { channelId: null, mailTo: 'ops@example.org' })
  await raiseAlert(on, alert)
  await raiseAlert(on, alert)
  expect(await mails(on)).toEqual([
    { toAddress: 'ops@example.org', subject: 'Fire', textBody: 'There is a fire.\n\nRun.\n' },
  ])
  expect(await notices(on)).toMatchObject([{ state: 'sent', destinationId: 'mail' }])
  await endAlerts(on, ['fire'])
  await raiseAlert(on, alert)
  expect(await mails(on)).toHaveLength(2)
})

it('what several said without Postgres is one incident, also where one of them ends it at the same moment', async (t) => {
  const on = await alerting(t, inChannel)
  const saidAt = new Date()
  const saidBefore = (): On => ({
    ...on,
    straight: { ...on.straight, unrecorded: () => [{ alert, saidAt }] as never[] },
  })
  await recordSaid(saidBefore())
  const [one] = await rows<{ id: string }>(on.db, 'select id from incident')
  await on.db
    .transaction(async (tx) => {
      await endIncident(tx, one?.id ?? '', 'over')
      const recording = recordSaid(saidBefore())
      await somebodyWaits(on)
      return { recording }
    })
    .then(({ recording }) => recording)
  expect(await incidents(on)).toMatchObject([{ state: 'resolved' }])
})

it('that messages do not get out is told by mail too', async (t) => {
  const on = await alerting(t, { channelId, mailTo: 'ops@example.org' })
  await raiseAlert(on, alert)
  expect(await mails(on)).toEqual([])
  await raiseAlert(on, { ...alert, key: 'post', kind: 'discord-undeliverable' })
  expect(await mails(on)).toHaveLength(1)
  expect(await notices(on)).toHaveLength(2)
})

it('stays in the log where nobody is named to tell', async (t) => {
  const silent = await alerting(t, { channelId: null, mailTo: null })
  await raiseAlert(silent, alert)
  await raiseAlert(silent, alert)
  expect(silent.logged).toEqual([expect.stringContaining('There is a fire.')])
  expect(await notices(silent)).toEqual([])
  expect(await incidents(silent)).toMatchObject([{ count: 2 }])
})

it('without Postgres is said straight away, and never throws', async (t) => {
  const away = await alerting(t, inChannel, 'postgres://nobody@127.0.0.1:1/nothing')
  await raiseAlert(away, alert)
  await endAlerts(away, ['fire'])
  expect(away.said).toEqual(['fire'])
  expect(away.logged).toEqual([
    expect.stringContaining('There is a fire.'),
    expect.stringContaining('could not be ended'),
  ])
})

it('that was said straight away is recorded with the next one, unless it is over', async (t) => {
  const on = await alerting(t, inChannel)
  const unrecorded = [{ alert, saidAt: new Date(Date.now() - 60_000) }]
  const straight = {
    ...on.straight,
    unrecorded: () => [...unrecorded],
    recorded: async () => void unrecorded.splice(0),
  }
  await endAlerts({ ...on, straight }, ['fire'])
  expect(await incidents(on)).toMatchObject([{ key: 'fire', state: 'resolved', count: 1 }])
  const [lasted] = await rows<{ s: number }>(
    on.db,
    'select extract(epoch from resolved_at - began_at)::float8 as s from incident',
  )
  expect(lasted?.s).toBeGreaterThan(59)
  // Another worker that had said it too, or had left it to the first.
  unrecorded.push({ alert, saidAt: new Date(Date.now() - 30_000) })
  await raiseAlert({ ...on, straight }, { ...alert, key: 'flood' })
  expect(await incidents(on)).toMatchObject([{ key: 'fire' }, { key: 'flood' }])
})

it('what has happened once is over a week after it was last seen, and what lasts is not', async (t) => {
  const on = await alerting(t, inChannel)
  await raiseAlert(on, { ...alert, key: 'drift 1', kind: 'drift' })
  await raiseAlert(on, { ...alert, key: 'drift 2', kind: 'drift' })
  await raiseAlert(on, { ...alert, key: 'drift 3', kind: 'drift' })
  await raiseAlert(on, { ...alert, key: 'redis-away', kind: 'redis-away' })
  await rows(on.db, `update incident set state = 'acknowledged' where key = 'drift 2'`)
  await rows(on.db, `update incident set last_at = now() - interval '8 days' where key <> 'drift 3'`)
  expect(await readForgotten(on.db)).toEqual({ acknowledged: ['drift 2'], open: ['drift 1'] })
})
