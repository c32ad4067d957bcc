import { Incident, type IncidentDecision } from '../../domain/contracts/incident.ts'
import { OutboxItem, Resent } from '../../domain/contracts/outbox.ts'
import { pageOf } from '../../domain/contracts/page.ts'
import { Status } from '../../domain/contracts/status.ts'
import type { Calling } from './as-caller.ts'

const OutboxItems = pageOf(OutboxItem)

/** How the service is, and what to do where something went wrong. For admins. */
export const operatingCalls = ({ read, write }: Calling) => ({
  /** How everything is going. For admins. */
  async status(): Promise<Status> {
    return (await read('/admin/status', Status)).body
  },

  /** Acts on an incident as it was shown. For admins. */
  async decideIncident(id: string, decision: IncidentDecision): Promise<Incident> {
    return (await write('POST', `/admin/incidents/${encodeURIComponent(id)}`, Incident, decision)).body
  },

  /** Ten messages and mails that could not be sent, the newest first, and whether there are more. */
  async deadLetters(): Promise<{ items: OutboxItem[]; hasMore: boolean }> {
    const { items, nextCursor } = (await read('/admin/outbox?state=failed&limit=10', OutboxItems)).body
    return { items, hasMore: nextCursor !== null }
  },

  /** Sends all of the last days again. Gives how many. */
  async resendOutbox(): Promise<number> {
    return (await write('POST', '/admin/outbox/resend', Resent, {})).body.resent
  },
})
