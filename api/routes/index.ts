import type { Registry } from 'prom-client'
import type { Context } from '../context.ts'
import { addGuard } from '../plugins/authorize.ts'
import type { Server } from '../plugins/typed-server.ts'
import { grantRoutes } from './admin/change-grants.ts'
import { listCheckpointsRoute, makeCheckpointRoute } from './admin/audit-checkpoints.ts'
import { verifyAuditRoute } from './admin/audit-verify.ts'
import { listAuditRoute } from './admin/audit.ts'
import { changeListRoute } from './admin/change-list.ts'
import { addMemberRoute, removeMemberRoute } from './admin/change-members.ts'
import { addOwnerRoute, removeOwnerRoute } from './admin/change-owners.ts'
import { createListRoute } from './admin/create-list.ts'
import { approveChangeRoute, denyChangeRoute } from './admin/decide-changes.ts'
import { deleteListRoute } from './admin/delete-list.ts'
import { endLinkRoute } from './admin/end-link.ts'
import { approveHoldRoute, denyHoldRoute, listHoldsRoute } from './admin/holds.ts'
import { decideIncidentRoute, listIncidentsRoute } from './admin/incidents.ts'
import { listChangesRoute } from './admin/list-changes.ts'
import { listManagedListsRoute } from './admin/list-managed-lists.ts'
import { listMembersRoute } from './admin/list-members.ts'
import {
  addNoticeRuleRoute,
  listNoticeRulesRoute,
  removeNoticeRuleRoute,
  testNoticeRulesRoute,
} from './admin/notice-rules.ts'
import { listOutboxRoute, resendOutboxRoute } from './admin/outbox.ts'
import { readLinkRoute } from './admin/read-link.ts'
import { retryChangeRoute } from './admin/retry-change.ts'
import { readStatusRoute } from './admin/status.ts'
import { requestSyncRoute } from './admin/request-sync.ts'
import { revertDriftRoute } from './admin/revert-drift.ts'
import { listSyncRunsRoute, readSyncRunRoute } from './admin/sync-runs.ts'
import { loginRoute } from './auth/login.ts'
import { logoutRoute } from './auth/logout.ts'
import { meRoute } from './auth/me.ts'
import { listSessionsRoute, revokeSessionRoute } from './auth/sessions.ts'
import { listTokensRoute, makeTokenRoute, revokeTokenRoute } from './auth/tokens.ts'
import { holdLeaseRoute } from './bot/hold-lease.ts'
import { introduceBotRoute } from './bot/introduce.ts'
import { readAddressesRoute } from './bot/read-addresses.ts'
import { cancelChangeRoute } from './changes/cancel-change.ts'
import { markToldRoute } from './changes/mark-told.ts'
import { readChangeRoute } from './changes/read-change.ts'
import { healthzRoute } from './health/healthz.ts'
import { metricsRoute } from './health/metrics.ts'
import { openApiDocumentRoute } from './health/openapi-document.ts'
import { readyzRoute } from './health/readyz.ts'
import { takeAlertsRoute } from './hooks/alertmanager.ts'
import { takeGithubWebhooksRoute } from './hooks/github.ts'
import { beginLinkRoute } from './links/begin-link.ts'
import { beginMailLinkRoute } from './links/begin-mail-link.ts'
import { enterCodeRoute } from './links/enter-code.ts'
import { restoreRoleRoute } from './links/restore-role.ts'
import { unlinkRoute } from './links/unlink.ts'
import { listListsRoute } from './lists/list-lists.ts'
import { readListRoute } from './lists/read-list.ts'
import { readNoticeRoute } from './notices/read-notice.ts'
import { sendNoticeRoute } from './notices/send-notice.ts'
import { subscribeRoute, unsubscribeRoute } from './subscriptions/change-subscription.ts'
import { changeSubscriptionsRoute, replaceSubscriptionsRoute } from './subscriptions/change-subscriptions.ts'
import { readSubscriptionsRoute } from './subscriptions/read-subscriptions.ts'
import { exportOwnDataRoute } from './user/export-own-data.ts'
import { forgetOwnDataRoute } from './user/forget-own-data.ts'
import { changeOwnNotificationsRoute, readOwnNotificationsRoute } from './user/notifications.ts'

/** Every operation, each behind its row in the table of permissions. */
export async function operations(server: Server, context: Context, registry: Registry): Promise<void> {
  addGuard(server, context)
  healthzRoute(server)
  readyzRoute(server, context)
  metricsRoute(server, registry)
  await server.register(async (scope: Server) => versionOne(scope, context), { prefix: '/api/v1' })
}

function versionOne(server: Server, context: Context): void {
  openApiDocumentRoute(server)
  loginRoute(server, context)
  logoutRoute(server, context)
  meRoute(server)
  listSessionsRoute(server, context)
  revokeSessionRoute(server, context)
  listTokensRoute(server, context)
  makeTokenRoute(server, context)
  revokeTokenRoute(server, context)
  listListsRoute(server, context)
  readListRoute(server, context)
  readSubscriptionsRoute(server)
  replaceSubscriptionsRoute(server, context)
  changeSubscriptionsRoute(server, context)
  subscribeRoute(server, context)
  unsubscribeRoute(server, context)
  readChangeRoute(server, context)
  cancelChangeRoute(server, context)
  markToldRoute(server, context)
  readAddressesRoute(server, context)
  introduceBotRoute(server, context)
  holdLeaseRoute(server, context)
  void server.register(async (scope: Server) => takeGithubWebhooksRoute(scope, context))
  takeAlertsRoute(server, context)
  sendNoticeRoute(server, context)
  readNoticeRoute(server, context)
  beginLinkRoute(server, context)
  beginMailLinkRoute(server, context)
  enterCodeRoute(server, context)
  unlinkRoute(server, context)
  restoreRoleRoute(server, context)
  listManagedListsRoute(server, context)
  createListRoute(server, context)
  changeListRoute(server, context)
  deleteListRoute(server, context)
  listMembersRoute(server, context)
  addMemberRoute(server, context)
  removeMemberRoute(server, context)
  addOwnerRoute(server, context)
  removeOwnerRoute(server, context)
  listChangesRoute(server, context)
  approveChangeRoute(server, context)
  denyChangeRoute(server, context)
  retryChangeRoute(server, context)
  listHoldsRoute(server, context)
  approveHoldRoute(server, context)
  denyHoldRoute(server, context)
  listIncidentsRoute(server, context)
  decideIncidentRoute(server, context)
  readStatusRoute(server, context)
  listOutboxRoute(server, context)
  resendOutboxRoute(server, context)
  requestSyncRoute(server, context)
  listSyncRunsRoute(server, context)
  readSyncRunRoute(server, context)
  revertDriftRoute(server, context)
  readLinkRoute(server, context)
  endLinkRoute(server, context)
  listAuditRoute(server, context)
  verifyAuditRoute(server, context)
  listCheckpointsRoute(server, context)
  makeCheckpointRoute(server, context)
  listNoticeRulesRoute(server, context)
  addNoticeRuleRoute(server, context)
  removeNoticeRuleRoute(server, context)
  testNoticeRulesRoute(server, context)
  grantRoutes(server, context)
  readOwnNotificationsRoute(server, context)
  changeOwnNotificationsRoute(server, context)
  exportOwnDataRoute(server, context)
  forgetOwnDataRoute(server, context)
}
