import { type Static, Type } from 'typebox'

/** What waits for an admin's yes: removals from a list, or what follows when many people or lists are gone at once. */
export const HoldKind = Type.Enum(['removals', 'people-gone', 'lists-gone'])
export type HoldKind = Static<typeof HoldKind>

export const HoldState = Type.Enum(['waiting', 'approved', 'denied', 'expired', 'over'])
export type HoldState = Static<typeof HoldState>

/**
 * `members` are user names: whom it is about, at most 1,000 of them; `count` is how many it is about. `revision` grows with
 * whatever joins it.
 */
export const Hold = Type.Object(
  {
    id: Type.String(),
    kind: HoldKind,
    list: Type.Union([Type.String(), Type.Null()]),
    state: HoldState,
    count: Type.Integer(),
    revision: Type.Integer(),
    members: Type.Array(Type.String()),
    createdAt: Type.String({ format: 'date-time' }),
    expiresAt: Type.String({ format: 'date-time' }),
    endedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  },
  { $id: 'Hold' },
)
export type Hold = Static<typeof Hold>

/** Deciding about a hold as it was read; one that has grown since is not decided about (409 HOLD_CHANGED). */
export const HoldDecision = Type.Object(
  { revision: Type.Integer({ minimum: 1 }) },
  { $id: 'HoldDecision', additionalProperties: false },
)
export type HoldDecision = Static<typeof HoldDecision>
