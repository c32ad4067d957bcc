import { shortAddress } from '../../rules/short-address.ts'
import { isUuid } from '../../rules/uuid.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { newId } from '../new-id.ts'

/** Where a call came from, as the audit tells it. */
export type Origin = {
  requestId: string | null
  /** The client's address, of which only the network is written; null where the bot or we ourselves call. */
  address?: string | null
}

/** One thing that happened. Ids only: never a name, an address or a text that a person wrote. */
export type AuditEntry = {
  /** Where it may be written again because nobody heard that it was: that of the first time. */
  id?: string
  actorKind: 'member' | 'discord' | 'worker' | 'directory' | 'operator'
  actorId: string | null
  event: string
  subjectKind:
    | 'change'
    | 'member'
    | 'list'
    | 'hold'
    | 'incident'
    | 'link'
    | 'link_attempt'
    | 'sync_run'
    | 'audit'
    | 'session'
    | 'api_token'
    | 'discord_account'
    | 'notice_rule'
    | 'notice'
    | 'mail'
  subjectId: string
  via: string
  outcome: string
  details?: Record<string, string | number | boolean | null>
} & Partial<Origin>

/** The origin alone of what carries one. */
export const originIn = ({ requestId, address = null }: Origin): Origin => ({ requestId, address })

/** Writes entries in the transaction of their cause; the sealer chains them later. */
export async function writeAudit(tx: DatabaseOrTransaction, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const records = entries.map((entry) => ({
    id: entry.id ?? newId(),
    actor_kind: entry.actorKind,
    actor_id: entry.actorId,
    event: entry.event,
    subject_kind: entry.subjectKind,
    subject_id: entry.subjectId,
    via: entry.via,
    outcome: entry.outcome,
    details: entry.address
      ? { ...entry.details, address: shortAddress(entry.address) }
      : (entry.details ?? {}),
    request_id: ownId(entry.requestId),
  }))
  await rows(
    tx,
    `insert into audit_entry (id, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, details, request_id)
     select * from jsonb_to_recordset(:records) as r(id uuid, actor_kind text, actor_id text, event text,
       subject_kind text, subject_id text, via text, outcome text, details jsonb, request_id text)
     on conflict (id) do nothing`,
    { records: JSON.stringify(records) },
  )
}

/** Ids of requests as we and the bot make them. Callers may give others, which could say anything: those are not kept. */
const ownId = (id: string | null | undefined): string | null =>
  id && (isUuid(id) || /^[0-9]{1,20}$/.test(id)) ? id : null
