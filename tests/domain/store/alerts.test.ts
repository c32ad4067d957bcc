import { expect, it, type TestContext } from 'vitest'
import { openDatabase, rows } from '../../../domain/store/database.ts'
import { endAlerts } from '../../../domain/store/end-alerts.ts'
import { type AlertTo, raiseAlert } from '../../../domain/store/raise-alert.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase } from '../../_support/servers.ts'

const alert = { key: 'fire', subject: 'Fire', content: '**Fire**', text: 'There is a fire.' }
const channelId = '400000000000000001'

async function alerting(t: TestContext, alertTo: AlertTo, url?: string) {
  const db = openDatabase(url ?? (await createTestDatabase(t)).url)
  cleanUpAfter(t, () => db.destroy())
  const logged: string[] = []
  const log = {
    error: (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`),
  }
  return { db, alertTo, log, logged }
}

it('tells of an incident once, however often and from however many it is raised, and anew after its end', async (t) => {
  const on = await alerting(t, { channelId, mailTo: null })
  const told = () =>
    rows<{ body: object }>(
      on.db,
      `select destination_id, body from notice where state = 'queued' order by id`,
    )
  await Promise.all([raiseAlert(on, alert), raiseAlert(on, alert), raiseAlert(on, alert)])
  expect(await told()).toEqual([{ destinationId: channelId, body: { content: '**Fire**', mail: null } }])
  await raiseAlert(on, { ...alert, key: 'flood' })
  await endAlerts(on, ['fire', 'theft'])
  await raiseAlert(on, { ...alert, key: 'flood' })
  expect(await told()).toHaveLength(2)
  await raiseAlert(on, alert)
  await endAlerts(on, ['fire'])
  await raiseAlert(on, alert)
  expect(await told()).toHaveLength(4)
  expect(on.logged).toEqual([])
})

it('goes by mail without a channel, and then leaves no message behind that waits', async (t) => {
  const on = await alerting(t, { channelId: null, mailTo: 'ops@example.org' })
  await raiseAlert(on, alert)
  await raiseAlert(on, alert)
  const mails = await rows(on.db, 'select kind, to_address, subject, text_body from mail')
  expect(mails).toEqual([
    { kind: 'alert', toAddress: 'ops@example.org', subject: 'Fire', textBody: 'There is a fire.' },
  ])
  expect(await rows(on.db, `select 1 from notice where state = 'queued'`)).toEqual([])
  await endAlerts(on, ['fire'])
  await raiseAlert(on, alert)
  expect(await rows(on.db, 'select 1 from mail')).toHaveLength(2)
})

it('stays in the log where nobody is named to tell, and when there is no database; it never throws', async (t) => {
  const silent = await alerting(t, { channelId: null, mailTo: null })
  await raiseAlert(silent, alert)
  expect(silent.logged).toEqual([expect.stringContaining('There is a fire.')])
  expect(await rows(silent.db, 'select 1 from notice')).toEqual([])

  const away = await alerting(t, { channelId, mailTo: null }, 'postgres://nobody@127.0.0.1:1/nothing')
  await raiseAlert(away, alert)
  await endAlerts(away, ['fire'])
  expect(away.logged).toEqual([
    expect.stringContaining('There is a fire.'),
    expect.stringContaining('could not be ended'),
  ])
})
