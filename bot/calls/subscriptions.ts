import { Change, type ChangeAction } from '../../domain/contracts/change.ts'
import { Changes, type Subscription, Subscriptions } from '../../domain/contracts/subscription.ts'
import type { Calling } from './as-caller.ts'
import { asPathSegment } from './path-segment.ts'

/** What a member wishes, and how it went. */
export const subscriptionCalls = ({ read, write }: Calling) => ({
  /** All lists that the member may see. `deadlineMs` replaces the ordinary patience, without further attempts. */
  async subscriptions(deadlineMs?: number): Promise<Subscription[]> {
    const patience = deadlineMs === undefined ? {} : { deadlineMs, retryAfterMs: [] }
    return (await read('/user/subscriptions', Subscriptions, patience)).body.items
  },

  /** Asks for one list. `fresh` is false when it is so already. */
  async wish(action: ChangeAction, list: string): Promise<{ change: Change; fresh: boolean }> {
    const path = `/user/subscriptions/${asPathSegment(list)}`
    const { status, body } = await write(action === 'subscribe' ? 'PUT' : 'DELETE', path, Change)
    return { change: body, fresh: status === 202 }
  },

  /** Asks for several lists at once, all or none; true is on the list. */
  async wishMany(subscriptions: Readonly<Record<string, boolean>>): Promise<Change[]> {
    return (await write('PATCH', '/user/subscriptions', Changes, { subscriptions })).body.changes
  },

  /** The change, as soon as it has ended, at the latest after `waitS` (0 to 25) seconds. */
  async waitForChange(id: string, waitS: number, signal: AbortSignal): Promise<Change> {
    const path = `/changes/${encodeURIComponent(id)}?wait=${waitS}`
    return (await read(path, Change, { deadlineMs: waitS * 1_000 + 5_000, retryAfterMs: [], signal })).body
  },

  async cancelChange(id: string): Promise<Change> {
    return (await write('POST', `/changes/${encodeURIComponent(id)}/cancel`, Change)).body
  },

  /** Says that the member has seen how the change ended, so that nobody tells it again. */
  async confirmTold(id: string): Promise<void> {
    await write('POST', `/changes/${encodeURIComponent(id)}/told`, null)
  },
})
