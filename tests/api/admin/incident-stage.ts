import type { TestContext } from 'vitest'
import { type Alert, raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

/** Trouble to tell of. */
export const fire: Alert = {
  key: 'fire',
  kind: 'redis-away',
  subject: 'Fire',
  content: '⚠️ **Fire**\nThere is a fire.\nRun.',
  text: 'There is a fire.\n\nRun.\n',
}

export type IncidentStage = {
  api: TestApi
  /** The admin. */
  ada: Caller
  adaId: string
  max: Caller
  maxId: string
  on: Parameters<typeof raiseAlert>[0]
}

/** An api that knows the admin ada, the member max and the list news. */
export async function stageIncidents(t: TestContext): Promise<IncidentStage> {
  const api = await startTestApi(t)
  const adaId = (await addMember(api, 'ada', { isAdmin: true })).id
  const maxId = (await addMember(api, 'max')).id
  await addLink(api, '100000000000000001', adaId)
  await addLink(api, '100000000000000002', maxId)
  await addList(api, 'news')
  await markMirrorRead(api)
  const { db, log } = api.context
  return {
    api,
    ada: api.as('100000000000000001'),
    adaId,
    max: api.as('100000000000000002'),
    maxId,
    on: { db, log, alertTo: { channelId: '400000000000000001', mailTo: null } },
  }
}
