import { type Static, Type } from 'typebox'
import { nullable } from './nullable.ts'
import { PageQuery } from './page.ts'

/** What an entry says, wherever it is shown. */
export const auditFields = {
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  actorKind: Type.String(),
  actorId: nullable(Type.String()),
  event: Type.String(),
  subjectKind: Type.String(),
  subjectId: Type.String(),
  via: Type.String(),
  outcome: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
  requestId: nullable(Type.String()),
}

/** One thing that happened; `position` is its place in the chain, null while it is not sealed. */
export const AuditRecord = Type.Object(
  { ...auditFields, position: nullable(Type.Integer()) },
  { $id: 'AuditRecord' },
)
export type AuditRecord = Static<typeof AuditRecord>

/** A time as Postgres takes it: of no year before the first, and at most 15 hours from UTC. */
const moment = (description: string) =>
  Type.Optional(
    Type.String({
      format: 'date-time',
      pattern: '^(?:000[1-9]|00[1-9]\\d|0[1-9]\\d{2}|[1-9]\\d{3})-.*(?:[Zz]|[+-](?:0\\d|1[0-5]):[0-5]\\d)$',
      description,
    }),
  )

/** Which entries of the audit. */
export const AuditQuery = Type.Object({
  limit: PageQuery.properties.limit,
  cursor: PageQuery.properties.cursor,
  event: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'such as change.applied' })),
  actor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'an actorId' })),
  subject: Type.Optional(
    Type.String({
      pattern: '^[a-z_]+:.+$',
      maxLength: 200,
      description: 'subjectKind and subjectId: change:019b…',
    }),
  ),
  from: moment('not before this'),
  to: moment('before this'),
})

/** What the chain says of itself; `firstBreak` is the first place where it does not fit. */
export const AuditVerdict = Type.Object(
  {
    ok: Type.Boolean(),
    sealed: Type.Integer(),
    unsealed: Type.Integer(),
    firstBreak: nullable(
      Type.Object({
        position: Type.Integer(),
        entryId: nullable(Type.String()),
        problem: Type.String(),
      }),
    ),
  },
  { $id: 'AuditVerdict' },
)
export type AuditVerdict = Static<typeof AuditVerdict>

/** The chain's end at a moment, signed (Ed25519, RFC 8032): who keeps one detects a history that was rewritten later. */
export const AuditCheckpoint = Type.Object(
  {
    position: Type.Integer(),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    madeAt: Type.String({ format: 'date-time' }),
    keyId: Type.String(),
    signature: Type.String({ description: 'base64url' }),
  },
  { $id: 'AuditCheckpoint' },
)
export type AuditCheckpoint = Static<typeof AuditCheckpoint>
