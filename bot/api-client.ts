import { asCaller, type Caller } from './calls/as-caller.ts'
import { linkCalls } from './calls/links.ts'
import { listCalls } from './calls/lists.ts'
import { managedListCalls } from './calls/managed-lists.ts'
import { noticeRuleCalls } from './calls/notice-rules.ts'
import { operatingCalls } from './calls/operating.ts'
import { ownAccountCalls } from './calls/own-account.ts'
import { subscriptionCalls } from './calls/subscriptions.ts'

/** All that the bot asks of the API, as one member through one interaction. Every function throws `ApiRefusal` and `ApiAway`. */
export type BotApi = ReturnType<ReturnType<typeof createApiClient>>

/** Where the API is and the bot's own token, then who asks. */
export function createApiClient(api: { url: string; serviceToken: string }) {
  return (caller: Caller) => {
    const calling = asCaller(api, caller)
    return {
      ...subscriptionCalls(calling),
      ...ownAccountCalls(calling),
      ...linkCalls(calling),
      ...listCalls(calling),
      ...managedListCalls(calling),
      ...noticeRuleCalls(calling),
      ...operatingCalls(calling),
    }
  }
}
