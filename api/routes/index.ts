import type { Registry } from 'prom-client'
import type { Context } from '../context.ts'
import { addAuthentication } from '../plugins/authenticate.ts'
import type { Server } from '../plugins/typed-server.ts'
import { me } from './auth/me.ts'
import { cancelOneChange } from './changes/cancel-change.ts'
import { markChangeTold } from './changes/mark-told.ts'
import { readOneChange } from './changes/read-change.ts'
import { healthz } from './health/healthz.ts'
import { metrics } from './health/metrics.ts'
import { openApiDocument } from './health/openapi-document.ts'
import { readyz } from './health/readyz.ts'
import { beginLinking } from './links/begin-link.ts'
import { enterLinkCode } from './links/enter-code.ts'
import { unlinkOwn } from './links/unlink.ts'
import { listLists } from './lists/list-lists.ts'
import { readOneList } from './lists/read-list.ts'
import { subscribe, unsubscribe } from './subscriptions/change-subscription.ts'
import { changeSomeSubscriptions, replaceSubscriptions } from './subscriptions/change-subscriptions.ts'
import { readOwnSubscriptions } from './subscriptions/read-subscriptions.ts'

/** What answers without a caller. */
export function publicRoutes(server: Server, context: Context, registry: Registry): void {
  healthz(server)
  readyz(server, context)
  metrics(server, context, registry)
  openApiDocument(server)
}

/** What needs a caller; everything below /api/v1 that is registered here is closed unless its config opens it. */
export async function callerRoutes(server: Server, context: Context): Promise<void> {
  addAuthentication(server, context)
  me(server)
  listLists(server, context)
  readOneList(server, context)
  readOwnSubscriptions(server, context)
  replaceSubscriptions(server, context)
  changeSomeSubscriptions(server, context)
  subscribe(server, context)
  unsubscribe(server, context)
  readOneChange(server, context)
  cancelOneChange(server, context)
  markChangeTold(server, context)
  beginLinking(server, context)
  enterLinkCode(server, context)
  unlinkOwn(server, context)
}
