import { type Static, Type } from 'typebox'
import { nullable } from './nullable.ts'
import { PageQuery } from './page.ts'

/** Each kind of trouble that admins are told of. */
export const incidentKinds = [
  'directory-away',
  'target-paused',
  'change-failed',
  'list-entry-failed',
  'queue-old',
  'removals-held',
  'requests-waiting',
  'people-gone',
  'lists-gone',
  'admins-lost',
  'read-incomplete',
  'drift',
  'redis-away',
  'redis-full',
  'jobs-away',
  'postgres-away',
  'pool-exhausted',
  'mail-undeliverable',
  'discord-undeliverable',
  'clock-skew',
  'audit-broken',
  'role',
] as const
/** What only waits for somebody is no trouble. */
export const isTrouble = (kind: IncidentKind): boolean => kind !== 'requests-waiting'

export const IncidentKind = Type.Enum([...incidentKinds])
export type IncidentKind = Static<typeof IncidentKind>

/** What an admin may do about one, in the channel or by the API. */
export const IncidentAction = Type.Enum(['acknowledge', 'approve', 'deny', 'retry', 'revert'])
export type IncidentAction = Static<typeof IncidentAction>

export const IncidentState = Type.Enum(['open', 'acknowledged', 'resolved'])
export type IncidentState = Static<typeof IncidentState>

/**
 * Trouble, or what waits for them, that admins are told of in one message while it lasts. `revision` grows with each change that its message
 * shows: who acts names the one that they saw. `outcome` says how it ended (`over`, `approved`, `denied`, `expired`, `reverted`, `retried`).
 */
export const Incident = Type.Object(
  {
    id: Type.String(),
    kind: IncidentKind,
    subject: Type.String({ description: 'one line' }),
    text: Type.String({ description: 'what is wrong, and what to do' }),
    state: IncidentState,
    count: Type.Integer({ description: 'how often it was seen' }),
    revision: Type.Integer(),
    actions: Type.Array(IncidentAction),
    outcome: nullable(Type.String()),
    decidedBy: nullable(
      Type.String({ description: 'the user name of the admin whose word ended it, where one did' }),
    ),
    beganAt: Type.String({ format: 'date-time' }),
    lastAt: Type.String({ format: 'date-time' }),
    acknowledgedBy: nullable(Type.String({ description: 'a user name' })),
    acknowledgedAt: nullable(Type.String({ format: 'date-time' })),
    resolvedAt: nullable(Type.String({ format: 'date-time' })),
  },
  { $id: 'Incident' },
)
export type Incident = Static<typeof Incident>

/** Acting on an incident as it was shown; one that has changed since is not acted on (409 INCIDENT_CHANGED). */
export const IncidentDecision = Type.Object(
  { action: IncidentAction, revision: Type.Integer({ minimum: 1 }) },
  { $id: 'IncidentDecision', additionalProperties: false },
)
export type IncidentDecision = Static<typeof IncidentDecision>

/** Which incidents are shown. */
export const IncidentQuery = Type.Object({
  limit: PageQuery.properties.limit,
  cursor: PageQuery.properties.cursor,
  state: Type.Optional(IncidentState),
})
