import { type Static, Type } from 'typebox'
import { ListName } from './list.ts'
import { nullable } from './nullable.ts'
import { PageQuery } from './page.ts'

export const ChangeAction = Type.Enum(['subscribe', 'unsubscribe'])
export type ChangeAction = Static<typeof ChangeAction>

export const ChangeState = Type.Enum([
  'awaiting_approval',
  'queued',
  'applying',
  'applied',
  'failed',
  'superseded',
  'cancelled',
])
export type ChangeState = Static<typeof ChangeState>

export const ChangeVia = Type.Enum(['discord', 'web', 'api', 'sync'])
export type ChangeVia = Static<typeof ChangeVia>

/** How the directory proved a change: our own modify, or a read that found it so already. */
export const Proof = Type.Object(
  { version: Type.String(), how: Type.Enum(['modified', 'found']) },
  { $id: 'Proof' },
)
export type Proof = Static<typeof Proof>

/**
 * A change of one member's place on one list. `id` is null only for the standing state that nobody here asked for
 * (the directory had it before); `wouldWrite` (LDIF) is there only while WRITES=off holds the change back; `maybeSent` only where it is
 * true: it waits, but can't be cancelled.
 */
export const Change = Type.Object(
  {
    id: nullable(Type.String()),
    list: Type.String(),
    member: Type.String({ description: 'the user name' }),
    action: ChangeAction,
    state: ChangeState,
    reason: nullable(Type.Object({ code: Type.String(), message: Type.String() })),
    requestedBy: nullable(Type.String({ description: 'the user name' })),
    via: ChangeVia,
    createdAt: Type.String({ format: 'date-time' }),
    endedAt: nullable(Type.String({ format: 'date-time' })),
    proof: nullable(Proof),
    supersededBy: nullable(Type.String()),
    newerWordOf: Type.Optional(
      Type.String({
        description: 'who asked for the change that took its place, where that is known: the user name',
      }),
    ),
    retryOf: nullable(Type.String()),
    wouldWrite: Type.Optional(Type.String()),
    maybeSent: Type.Optional(
      Type.Boolean({
        description:
          'it, or what it took the place of, may have been sent to the directory: it cannot be cancelled, only the opposite be asked for',
      }),
    ),
  },
  { $id: 'Change' },
)
export type Change = Static<typeof Change>

/** Which changes are shown to who manages lists. */
export const ManagedChangeQuery = Type.Object({
  limit: PageQuery.properties.limit,
  cursor: PageQuery.properties.cursor,
  state: Type.Optional(ChangeState),
  list: Type.Optional(ListName),
})

/** A reason is shown to the member as it is. */
export const Denial = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })) },
  { $id: 'Denial', additionalProperties: false },
)

/** What a change that was denied without a reason says; texts for people don't repeat it. */
export const deniedWithoutReason = 'It was not approved.'
