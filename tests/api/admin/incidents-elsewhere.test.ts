import { beforeEach, expect, test } from 'vitest'
import type { Incident } from '../../../domain/contracts/incident.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { refusalIncident } from '../../../domain/store/apply/untold-refusals.ts'
import { type Caller, type TestApi } from '../api-server.ts'
import { fire, stageIncidents } from './incident-stage.ts'

let api: TestApi
let ada: Caller
let maxId: string
let on: Parameters<typeof raiseAlert>[0]
beforeEach(async (t) => {
  ;({ api, ada, maxId, on } = await stageIncidents(t))
})
const only = async () => (await ada('GET', '/admin/incidents')).json<{ items: Incident[] }>().items[0]

test('a drift that is reverted elsewhere than in its message says who did', async () => {
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
  expect((await ada('POST', `/admin/drifts/${driftId}/revert`)).status).toBe(202)
  expect(await only()).toMatchObject({ state: 'resolved', outcome: 'reverted', decidedBy: 'ada' })
})

test('a change that is retried elsewhere than in its message says who did', async () => {
  const id = newId()
  await api.sql(
    `insert into change (id, list_id, member_id, action, state, via, requested_by, ended_at, reason_code, reason_message, refusal, refusal_message, refusal_told_at)
     select $1, l.id, $2, 'subscribe', 'failed', 'api', $2, now(), '19', 'x', '19', 'x', now() from list l`,
    [id, maxId],
  )
  const [list] = await api.sql<{ id: string }>('select id from list')
  await raiseAlert(on, {
    ...fire,
    key: refusalIncident(list?.id ?? '', '19'),
    kind: 'change-failed',
    subjectId: id,
    actions: ['retry'],
  })
  expect((await ada('POST', `/admin/changes/${id}/retry`)).status).toBe(202)
  expect(await only()).toMatchObject({ state: 'resolved', outcome: 'retried', decidedBy: 'ada' })
})
