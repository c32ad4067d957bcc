import type { HoldKind, HoldState } from '../../contracts/hold.ts'
import type { IncidentFacts } from '../../contracts/incident-facts.ts'
import type { Words } from '../../contracts/notice.ts'
import { type Database, rows } from '../database.ts'
import { readHold } from './read-holds.ts'

export type HoldFacts = {
  [Kind in 'removals-held' | 'people-gone' | 'lists-gone']: {
    kind: Kind
    facts: IncidentFacts[Kind]
    /** Of the hold, as these facts show it. */
    revision: number
  }
}['removals-held' | 'people-gone' | 'lists-gone']

/** As which kind of incident admins are told of a hold. */
export const incidentKindOf = {
  removals: 'removals-held',
  'people-gone': 'people-gone',
  'lists-gone': 'lists-gone',
} as const satisfies Record<HoldKind, string>

/** What admins were told of a hold, as long as they are told of it; `said` is null where they were not told yet. */
export type Announced = {
  id: string
  kind: HoldKind
  state: HoldState
  said: Words | null
  saidRevision: number | null
}

/** The holds that wait, and those that have ended while admins are still told of them. */
export async function readAnnouncedHolds(db: Database): Promise<Announced[]> {
  return rows<Announced>(
    db,
    `select h.id, h.kind, h.state, i.words as said, i.subject_revision as said_revision
     from hold h left join incident i on i.subject_id = h.id::text and i.state <> 'resolved' and i.kind = any(:kinds)
     where h.state = 'waiting' or i.id is not null
     order by h.id`,
    { kinds: Object.values(incidentKindOf) },
  )
}

/** What an alert of a waiting hold tells. Null when there is nothing left to tell of it. */
export async function readHoldFacts(db: Database, id: string): Promise<HoldFacts | null> {
  const hold = await readHold(db, id)
  if (hold === null || hold.state !== 'waiting' || hold.count === 0) return null
  const { kind, list, count, members, expiresAt, revision } = hold
  switch (kind) {
    case 'removals':
      return {
        kind: 'removals-held',
        facts: { list: list ?? '', count, members, requestedBy: await onlyRequester(db, id), expiresAt },
        revision,
      }
    case 'people-gone':
      return { kind, facts: { gone: count, linked: await countLinks(db) }, revision }
    case 'lists-gone':
      return { kind, facts: { gone: count, ...(await readGoneLists(db, id)) }, revision }
  }
}

/** Null where several have asked for it. */
async function onlyRequester(db: Database, holdId: string): Promise<string | null> {
  const found = await rows<{ uid: string }>(
    db,
    `select distinct m.uid from change c join member m on m.id = c.requested_by
     where c.hold_id = :holdId and c.state = 'awaiting_approval' limit 2`,
    { holdId },
  )
  return found.length === 1 ? (found[0]?.uid ?? null) : null
}

async function countLinks(db: Database): Promise<number> {
  const [found] = await rows<{ linked: number }>(
    db,
    'select count(*)::integer as linked from discord_link where unlinked_at is null',
  )
  return found?.linked ?? 0
}

async function readGoneLists(db: Database, holdId: string): Promise<{ total: number; lists: string[] }> {
  const [found] = await rows<{ total: number; lists: string[] | null }>(
    db,
    `select count(*)::integer as total, (array_agg(name order by lower(name)) filter (where hold_id = :holdId))[1:1000] as lists
     from list where managed and (state in ('active', 'deleting') or hold_id = :holdId)`,
    { holdId },
  )
  return { total: found?.total ?? 0, lists: found?.lists ?? [] }
}
