import { type Static, Type } from 'typebox'
import { Change, ChangeAction, ChangeState } from './change.ts'

/** A list with the caller's place on it: `subscribed` is what the directory last said, `pending` what is on its way. */
export const Subscription = Type.Object(
  {
    list: Type.String(),
    displayName: Type.String(),
    description: Type.String(),
    subscribed: Type.Boolean(),
    pending: Type.Union([
      Type.Object({ changeId: Type.String(), wanted: ChangeAction, state: ChangeState }),
      Type.Null(),
    ]),
  },
  { $id: 'Subscription' },
)
export type Subscription = Static<typeof Subscription>

export const Subscriptions = Type.Object({ items: Type.Array(Subscription) }, { $id: 'Subscriptions' })
export type Subscriptions = Static<typeof Subscriptions>

/** The wish for several lists: list name to on the list (true) or off it (false). */
export const SubscriptionMap = Type.Object(
  { subscriptions: Type.Record(Type.String(), Type.Boolean()) },
  { $id: 'SubscriptionMap', additionalProperties: false },
)
export type SubscriptionMap = Static<typeof SubscriptionMap>

export const Changes = Type.Object({ changes: Type.Array(Change) }, { $id: 'Changes' })
export type Changes = Static<typeof Changes>
