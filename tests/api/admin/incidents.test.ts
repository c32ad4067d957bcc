import { beforeEach, describe, expect, test } from 'vitest'
import type { Incident } from '../../../domain/contracts/incident.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { holdRemovals } from '../../../domain/store/holds/hold-removals.ts'
import { type Alert, raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { addMember, statusesOf, type Caller, type TestApi } from '../api-server.ts'
import { fire, stageIncidents } from './incident-stage.ts'

type Page = { items: Incident[]; nextCursor: string | null }

let api: TestApi
let ada: Caller
let adaId: string
let max: Caller
let maxId: string
let on: Parameters<typeof raiseAlert>[0]

beforeEach(async (t) => {
  ;({ api, ada, adaId, max, maxId, on } = await stageIncidents(t))
})

const listed = async (query = '') => (await ada('GET', `/admin/incidents${query}`)).json<Page>()
const only = async (query = '') => {
  const [incident, ...more] = (await listed(query)).items
  expect(more).toEqual([])
  if (!incident) throw new Error('there is no incident')
  return incident
}
const act = (incident: Incident, action: string, revision = incident.revision, headers = {}) =>
  ada('POST', `/admin/incidents/${incident.id}`, { action, revision }, headers)

/** A change of max's, as the workers leave it. */
async function change(more: {
  state: string
  action: string
  requestedBy?: string
  of?: string
}): Promise<string> {
  const id = newId()
  const failed = more.state === 'failed'
  await api.sql(
    `insert into change (id, list_id, member_id, action, state, via, requested_by, ended_at, reason_code, reason_message)
     select $1, l.id, $2, $3, $4, 'api', $5, ${failed ? `now(), '19', 'x'` : 'null, null, null'} from list l`,
    [id, more.of ?? maxId, more.action, more.state, more.requestedBy ?? maxId],
  )
  return id
}

describe('incidents', () => {
  test('are shown newest first, by state, in pages, to admins only', async () => {
    await raiseAlert(on, fire)
    await raiseAlert(on, { ...fire, key: 'flood', subject: 'Flood' })
    await endAlerts(on, ['fire'])
    expect((await listed()).items.map(({ subject, state }) => [subject, state])).toEqual([
      ['Flood', 'open'],
      ['Fire', 'resolved'],
    ])
    expect((await only('?state=resolved')).outcome).toBe('over')
    const first = await listed('?limit=1')
    expect(first.items.map(({ subject }) => subject)).toEqual(['Flood'])
    expect((await listed(`?limit=1&cursor=${first.nextCursor}`)).items.map(({ subject }) => subject)).toEqual(
      ['Fire'],
    )
    expect((await max('GET', '/admin/incidents')).status).toBe(403)
    for (const query of [
      '?state=over',
      '?cursor=x',
      `?cursor=${Buffer.from('["news"]').toString('base64url')}`,
    ])
      expect((await ada('GET', `/admin/incidents${query}`)).status).toBe(400)
  })

  test('say what is wrong and what may be done', async () => {
    await raiseAlert(on, { ...fire, actions: ['retry'], subjectId: newId() })
    expect(await only()).toMatchObject({
      kind: 'redis-away',
      subject: 'Fire',
      text: 'There is a fire.\n\nRun.\n',
      state: 'open',
      count: 1,
      revision: 1,
      actions: ['acknowledge', 'retry'],
      outcome: null,
      decidedBy: null,
      acknowledgedBy: null,
      resolvedAt: null,
    })
  })
})

describe('acknowledging', () => {
  test('says who looks after it, once, and has the message say so', async () => {
    await raiseAlert(on, fire)
    await api.sql(`update notice set state = 'sent', ended_at = now()`)
    const before = await only()
    const answer = await act(before, 'acknowledge')
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'ada',
      actions: [],
      revision: 2,
    })
    expect(await api.sql(`select state, due_at <= now() as due from notice`)).toEqual([
      { state: 'queued', due: true },
    ])
    expect(await api.sql(`select event, actor_id, subject_id, outcome from audit_entry`)).toEqual([
      { event: 'incident.decided', actor_id: adaId, subject_id: before.id, outcome: 'acknowledge' },
    ])
    const again = await act(before, 'acknowledge', 2)
    expect(again.status).toBe(409)
    expect(again.json()).toMatchObject({ details: { reason: 'ACTION_NOT_OFFERED' } })
  })

  test('lasts while the incident is seen again', async () => {
    await raiseAlert(on, fire)
    await act(await only(), 'acknowledge')
    await raiseAlert(on, fire)
    expect(await only()).toMatchObject({ state: 'acknowledged', count: 2 })
  })

  test('the same call again is the same answer', async () => {
    await raiseAlert(on, fire)
    const incident = await only()
    const once = () => act(incident, 'acknowledge', 1, { 'idempotency-key': 'once' })
    const [first, second] = [await once(), await once()]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.json()).toEqual(first.json())
    expect(await api.sql('select 1 from audit_entry')).toHaveLength(1)
  })

  test('of two at once only one counts', async () => {
    await raiseAlert(on, fire)
    const incident = await only()
    const answers = await Promise.all([act(incident, 'acknowledge'), act(incident, 'acknowledge')])
    expect(statusesOf(answers)).toEqual([200, 409])
  })
})

describe('what has changed since it was seen', () => {
  test('is not acted on, and shown as it is now', async () => {
    await raiseAlert(on, { ...fire, actions: ['retry'], subjectId: newId() })
    const seen = await only()
    await raiseAlert(on, {
      ...fire,
      subject: 'A greater fire',
      content: 'more',
      actions: ['retry'],
      subjectId: newId(),
    })
    const answer = await act(seen, 'retry')
    expect(answer.status).toBe(409)
    expect(answer.json()).toMatchObject({
      code: 'CONFLICT',
      details: {
        reason: 'INCIDENT_CHANGED',
        incident: { subject: 'A greater fire', revision: 2, state: 'open' },
      },
    })
    expect(await only()).toMatchObject({ state: 'open' })
  })

  test('or is over, has nothing to decide', async () => {
    await raiseAlert(on, fire)
    const seen = await only()
    await endAlerts(on, ['fire'])
    expect((await act(seen, 'acknowledge')).json()).toMatchObject({
      details: { reason: 'INCIDENT_CHANGED', incident: { state: 'resolved', actions: [] } },
    })
    expect((await act(seen, 'acknowledge', 2)).json()).toMatchObject({
      details: { reason: 'ACTION_NOT_OFFERED' },
    })
  })

  test.each([
    ['an incident that is not there', newId(), { action: 'acknowledge', revision: 1 }, 404],
    ['what is no id', 'fire', { action: 'acknowledge', revision: 1 }, 404],
    ['another action', newId(), { action: 'ignore', revision: 1 }, 400],
    ['no revision', newId(), { action: 'acknowledge' }, 400],
    ['more than that', newId(), { action: 'acknowledge', revision: 1, why: 'x' }, 400],
  ])('%s is refused', async (_, id, body, status) => {
    expect((await ada('POST', `/admin/incidents/${id}`, body)).status).toBe(status)
  })
})

async function heldRemoval(): Promise<{ changeId: string; incident: Incident }> {
  const changeId = await change({ state: 'queued', action: 'unsubscribe', requestedBy: adaId })
  const [list] = await api.sql<{ id: string }>('select id from list')
  const holdId = await api.context.db.transaction((tx) =>
    holdRemovals(tx, { listId: list?.id ?? '', changeIds: [changeId] }),
  )
  await raiseAlert(on, { ...heldAlert, subjectId: holdId, hold: { id: holdId, revision: 1 } })
  return { changeId, incident: await only() }
}
const heldAlert: Alert = { ...fire, kind: 'removals-held', actions: ['approve', 'deny'] }
const stateOf = async (id: string) =>
  (await api.sql<{ state: string }>('select state from change where id = $1', [id]))[0]?.state

describe('deciding', () => {
  test('approving lets what is held go on', async () => {
    const { changeId, incident } = await heldRemoval()
    const answer = await act(incident, 'approve')
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({
      state: 'resolved',
      outcome: 'approved',
      decidedBy: 'ada',
      actions: [],
    })
    expect(await stateOf(changeId)).toBe('queued')
  })

  test('denying ends it', async () => {
    const { changeId, incident } = await heldRemoval()
    expect((await act(incident, 'deny')).json()).toMatchObject({
      state: 'resolved',
      outcome: 'denied',
      decidedBy: 'ada',
    })
    expect(await stateOf(changeId)).toBe('cancelled')
  })

  test('about whom its message names: while workers are away, nobody who joined since is let go', async () => {
    const { changeId, incident } = await heldRemoval()
    const other = await addMember(api, 'other')
    const joined = await change({ state: 'queued', action: 'unsubscribe', requestedBy: adaId, of: other.id })
    const [list] = await api.sql<{ id: string }>('select id from list')
    const holdId = await api.context.db.transaction((tx) =>
      holdRemovals(tx, { listId: list?.id ?? '', changeIds: [joined] }),
    )
    for (const action of ['approve', 'deny']) {
      const answer = await act(incident, action)
      expect([answer.status, answer.json()]).toMatchObject([
        409,
        { details: { reason: 'INCIDENT_CHANGED', incident: { revision: 1 } } },
      ])
    }
    expect([await stateOf(changeId), await stateOf(joined)]).toEqual(Array(2).fill('awaiting_approval'))
    // Told anew, if in the same words, it is another one: its old buttons do nothing.
    await raiseAlert(on, { ...heldAlert, subjectId: holdId, hold: { id: holdId, revision: 2 } })
    expect((await act(incident, 'approve')).status).toBe(409)
    expect((await act(await only(), 'approve')).status).toBe(200)
    expect([await stateOf(changeId), await stateOf(joined)]).toEqual(['queued', 'queued'])
  })

  test('a hold that was decided while its words were found is not told of, nor one twice', async () => {
    const { incident } = await heldRemoval()
    const [hold] = await api.sql<{ id: string }>('select id from hold')
    const alert = { ...heldAlert, subjectId: hold?.id ?? '', hold: { id: hold?.id ?? '', revision: 1 } }
    await Promise.all([1, 2, 3].map(() => raiseAlert(on, alert)))
    expect(await only()).toMatchObject({ count: 1, revision: 1 })
    await act(incident, 'deny')
    await raiseAlert(on, alert)
    expect(await only()).toMatchObject({ state: 'resolved' })
  })

  test('of two admins at once one decides', async () => {
    const { incident } = await heldRemoval()
    const answers = await Promise.all([act(incident, 'approve'), act(incident, 'deny')])
    expect(statusesOf(answers)).toEqual([200, 409])
  })

  test('what was decided elsewhere is told so, and nothing happens', async () => {
    const { incident } = await heldRemoval()
    const [hold] = await api.sql<{ id: string }>('select id from hold')
    expect((await ada('POST', `/admin/holds/${hold?.id}/deny`, { revision: 1 })).status).toBe(200)
    const answer = await act(incident, 'approve')
    expect([answer.status, answer.json()]).toMatchObject([409, { details: { reason: 'HOLD_ENDED' } }])
    expect(await only()).toMatchObject({ state: 'open' })
  })

  test('retrying asks for the change anew', async () => {
    const changeId = await change({ state: 'failed', action: 'subscribe' })
    await raiseAlert(on, { ...fire, kind: 'change-failed', subjectId: changeId, actions: ['retry'] })
    const incident = await only()
    await act(incident, 'acknowledge')
    const answer = await act(incident, 'retry', 2)
    expect(answer.json()).toMatchObject({
      state: 'resolved',
      outcome: 'retried',
      decidedBy: 'ada',
      acknowledgedBy: 'ada',
    })
    expect(await api.sql(`select state, retry_of from change where retry_of is not null`)).toEqual([
      { state: 'queued', retry_of: changeId },
    ])
  })

  test('reverting puts a list back to how it was', async () => {
    const driftId = newId()
    await api.sql(
      `insert into drift (id, list_id, policy, version_after, parted) select $1, id, 'report', '2', 1 from list`,
      [driftId],
    )
    await api.sql(`insert into drift_member (drift_id, member_id, way) values ($1, $2, 'parted')`, [
      driftId,
      maxId,
    ])
    await raiseAlert(on, { ...fire, kind: 'drift', subjectId: driftId, actions: ['revert'] })
    expect((await act(await only(), 'revert')).json()).toMatchObject({
      state: 'resolved',
      outcome: 'reverted',
      decidedBy: 'ada',
    })
    expect(await api.sql('select action, state from change')).toEqual([
      { action: 'subscribe', state: 'queued' },
    ])
  })
})

describe('GET /admin/status', () => {
  test('shows how it all goes', async () => {
    await raiseAlert(on, fire)
    await change({ state: 'queued', action: 'subscribe' })
    await api.sql(`update change set wanted_since = now() - interval '10 seconds'`)
    await api.sql(
      `update target set paused_at = now(), reason_code = '53', reason = 'read only', probe_at = now() where name = 'ldap'`,
    )
    const answer = await ada('GET', '/admin/status')
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({
      changes: { awaitingApproval: 0, queued: 1, applying: 0 },
      targets: [{ name: 'ldap', state: 'paused', reason: 'read only' }],
      mirror: { people: 2, lists: 1 },
      holds: 0,
      outbox: { queued: 1, failed: 0 },
      audit: { sealed: 0 },
      incidents: [{ subject: 'Fire', state: 'open' }],
    })
    const { changes, mirror } = answer.json<{
      changes: { oldestQueuedS: number }
      mirror: { ageS: number }
    }>()
    expect(changes.oldestQueuedS).toBeGreaterThanOrEqual(10)
    expect(mirror.ageS).toBeLessThan(60)
  })

  test('is for admins', async () => {
    expect((await max('GET', '/admin/status')).status).toBe(403)
  })
})
