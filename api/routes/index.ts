import type { Registry } from 'prom-client'
import type { Context } from '../context.ts'
import { addGuard } from '../plugins/authorize.ts'
import type { Server } from '../plugins/typed-server.ts'
import { changeGrants } from './admin/change-grants.ts'
import { listCheckpoints, makeOneCheckpoint } from './admin/audit-checkpoints.ts'
import { verifyWholeAudit } from './admin/audit-verify.ts'
import { listAudit } from './admin/audit.ts'
import { changeList } from './admin/change-list.ts'
import { addListMember, removeListMember } from './admin/change-members.ts'
import { addOwner, removeOwner } from './admin/change-owners.ts'
import { createOneList } from './admin/create-list.ts'
import { approveOneChange, denyOneChange } from './admin/decide-changes.ts'
import { deleteOneList } from './admin/delete-list.ts'
import { endOneLink } from './admin/end-link.ts'
import { approveHold, denyHold, listHolds } from './admin/holds.ts'
import { decideOneIncident, listIncidents } from './admin/incidents.ts'
import { listManagedChanges } from './admin/list-changes.ts'
import { listManagedLists } from './admin/list-managed-lists.ts'
import { listListMembers } from './admin/list-members.ts'
import {
  addOneNoticeRule,
  listNoticeRules,
  removeOneNoticeRule,
  testNoticeRules,
} from './admin/notice-rules.ts'
import { listOutbox, resendFromOutbox } from './admin/outbox.ts'
import { readOneLink } from './admin/read-link.ts'
import { retryOneChange } from './admin/retry-change.ts'
import { readInstallationStatus } from './admin/status.ts'
import { requestSync } from './admin/request-sync.ts'
import { revertOneDrift } from './admin/revert-drift.ts'
import { listSyncRuns, readOneSyncRun } from './admin/sync-runs.ts'
import { login } from './auth/login.ts'
import { logout } from './auth/logout.ts'
import { me } from './auth/me.ts'
import { listSessions, revokeSession } from './auth/sessions.ts'
import { listTokens, makeToken, revokeToken } from './auth/tokens.ts'
import { holdLease } from './bot/hold-lease.ts'
import { introduceBot } from './bot/introduce.ts'
import { readAddresses } from './bot/read-addresses.ts'
import { cancelOneChange } from './changes/cancel-change.ts'
import { markChangeTold } from './changes/mark-told.ts'
import { readOneChange } from './changes/read-change.ts'
import { healthz } from './health/healthz.ts'
import { metrics } from './health/metrics.ts'
import { openApiDocument } from './health/openapi-document.ts'
import { readyz } from './health/readyz.ts'
import { takeAlerts } from './hooks/alertmanager.ts'
import { takeGithubWebhooks } from './hooks/github.ts'
import { beginLinking } from './links/begin-link.ts'
import { beginLinkingByMail } from './links/begin-mail-link.ts'
import { enterLinkCode } from './links/enter-code.ts'
import { restoreRole } from './links/restore-role.ts'
import { unlinkOwn } from './links/unlink.ts'
import { listLists } from './lists/list-lists.ts'
import { readOneList } from './lists/read-list.ts'
import { readNotice } from './notices/read-notice.ts'
import { sendNotice } from './notices/send-notice.ts'
import { subscribe, unsubscribe } from './subscriptions/change-subscription.ts'
import { changeSomeSubscriptions, replaceSubscriptions } from './subscriptions/change-subscriptions.ts'
import { readOwnSubscriptions } from './subscriptions/read-subscriptions.ts'
import { exportOwnData } from './user/export-own-data.ts'
import { forgetOwnData } from './user/forget-own-data.ts'
import { changeOwnNotifications, readOwnNotifications } from './user/notifications.ts'

/** Every operation, each behind its row in the table of permissions. */
export async function operations(server: Server, context: Context, registry: Registry): Promise<void> {
  addGuard(server, context)
  healthz(server)
  readyz(server, context)
  metrics(server, registry)
  await server.register(async (scope: Server) => versionOne(scope, context), { prefix: '/api/v1' })
}

function versionOne(server: Server, context: Context): void {
  openApiDocument(server)
  login(server, context)
  logout(server, context)
  me(server)
  listSessions(server, context)
  revokeSession(server, context)
  listTokens(server, context)
  makeToken(server, context)
  revokeToken(server, context)
  listLists(server, context)
  readOneList(server, context)
  readOwnSubscriptions(server)
  replaceSubscriptions(server, context)
  changeSomeSubscriptions(server, context)
  subscribe(server, context)
  unsubscribe(server, context)
  readOneChange(server, context)
  cancelOneChange(server, context)
  markChangeTold(server, context)
  readAddresses(server, context)
  introduceBot(server, context)
  holdLease(server, context)
  void server.register(async (scope: Server) => takeGithubWebhooks(scope, context))
  takeAlerts(server, context)
  sendNotice(server, context)
  readNotice(server, context)
  beginLinking(server, context)
  beginLinkingByMail(server, context)
  enterLinkCode(server, context)
  unlinkOwn(server, context)
  restoreRole(server, context)
  listManagedLists(server, context)
  createOneList(server, context)
  changeList(server, context)
  deleteOneList(server, context)
  listListMembers(server, context)
  addListMember(server, context)
  removeListMember(server, context)
  addOwner(server, context)
  removeOwner(server, context)
  listManagedChanges(server, context)
  approveOneChange(server, context)
  denyOneChange(server, context)
  retryOneChange(server, context)
  listHolds(server, context)
  approveHold(server, context)
  denyHold(server, context)
  listIncidents(server, context)
  decideOneIncident(server, context)
  readInstallationStatus(server, context)
  listOutbox(server, context)
  resendFromOutbox(server, context)
  requestSync(server, context)
  listSyncRuns(server, context)
  readOneSyncRun(server, context)
  revertOneDrift(server, context)
  readOneLink(server, context)
  endOneLink(server, context)
  listAudit(server, context)
  verifyWholeAudit(server, context)
  listCheckpoints(server, context)
  makeOneCheckpoint(server, context)
  listNoticeRules(server, context)
  addOneNoticeRule(server, context)
  removeOneNoticeRule(server, context)
  testNoticeRules(server, context)
  changeGrants(server, context)
  readOwnNotifications(server, context)
  changeOwnNotifications(server, context)
  exportOwnData(server, context)
  forgetOwnData(server, context)
}
