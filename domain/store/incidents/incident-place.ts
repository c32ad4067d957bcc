import type { IncidentKind } from '../../contracts/incident.ts'
import { type IncidentPlaces, incidentPlaces } from '../../rules/incident-places.ts'
import type { DatabaseOrTransaction } from '../database.ts'
import type { AlertTo } from './raise-alert.ts'
import { readNoticeRules } from '../topics/read-notice-rules.ts'

/** Where an incident of this kind is told, by the rules of now. */
export async function placeIncident(
  db: DatabaseOrTransaction,
  kind: IncidentKind,
  { channelId, mailTo }: AlertTo,
): Promise<IncidentPlaces> {
  return incidentPlaces(await readNoticeRules(db), kind, { alertChannelId: channelId, alertMailTo: mailTo })
}
