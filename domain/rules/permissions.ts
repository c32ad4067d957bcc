/** What a personal API token may be used for. */
export const scopes = ['read', 'subscriptions', 'notices', 'admin'] as const
export type Scope = (typeof scopes)[number]

/**
 * Who may call an operation:
 * - `anyone`: without authentication
 * - `bot`: the bot itself, for nobody
 * - `account`: a Discord account through the bot, linked or not
 * - `member`: a verified member who is in the directory
 * - `owner`: the owner of the list that the path names (`of: 'list'`), of the list of the change that it names
 *   (`of: 'change'`), or of any list (`of: 'any'`, and the answer holds theirs only); and every admin
 * - `admin`: an admin
 */
export type Who = 'anyone' | 'bot' | 'account' | 'member' | 'owner' | 'admin'

/** One row of the table: who, and by which doors. A door that is not named is closed. */
export type Permission = {
  who: Who
  /** In the browser: a session, for writes with its CSRF token. */
  session?: true
  /** With a personal API token of this scope. */
  scope?: Scope
  /** With the service token, for the Discord account in X-Discord-User (`x-discord: true`). */
  discord?: true
  /** With METRICS_TOKEN. */
  metricsToken?: true
  /** Also for members who are gone from the directory. */
  goneToo?: true
  /** By the bot only with a link that carries all rights (a password or an operator stands for it), or for who is gone. */
  proven?: true
  /** What an owner must own. */
  of?: 'list' | 'change' | 'any'
}

/** A member's own things, by every door; a token needs the scope. */
const own = (scope: Scope): Permission => ({ who: 'member', session: true, scope, discord: true })
/** What would let whoever has it in hand become the member for longer: in the browser only. */
const browserOnly: Permission = { who: 'member', session: true }
const botOnly = (who: 'bot' | 'account' | 'member'): Permission => ({ who, discord: true })
const managing = (of: 'list' | 'change' | 'any'): Permission => ({
  who: 'owner',
  of,
  session: true,
  scope: 'admin',
  discord: true,
})
const administering: Permission = { who: 'admin', session: true, scope: 'admin', discord: true }
const open: Permission = { who: 'anyone' }

/** Who may do what: every operation of the API has its row here, and an operation without one does not start. */
export const permissions = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': { who: 'admin', session: true, scope: 'admin', metricsToken: true },
  'GET /api/v1/openapi.json': open,

  'POST /api/v1/auth/login': open,
  'POST /api/v1/auth/logout': { ...browserOnly, goneToo: true },
  'GET /api/v1/auth/me': own('read'),
  'GET /api/v1/auth/sessions': browserOnly,
  'DELETE /api/v1/auth/sessions/:id': browserOnly,
  'GET /api/v1/auth/tokens': browserOnly,
  'POST /api/v1/auth/tokens': browserOnly,
  'DELETE /api/v1/auth/tokens/:id': browserOnly,

  'GET /api/v1/lists': own('read'),
  'GET /api/v1/lists/:name': own('read'),
  'GET /api/v1/user/subscriptions': own('read'),
  'PUT /api/v1/user/subscriptions': own('subscriptions'),
  'PATCH /api/v1/user/subscriptions': own('subscriptions'),
  'PUT /api/v1/user/subscriptions/:name': own('subscriptions'),
  'DELETE /api/v1/user/subscriptions/:name': own('subscriptions'),
  'GET /api/v1/changes/:id': own('read'),
  'POST /api/v1/changes/:id/cancel': own('subscriptions'),
  'POST /api/v1/changes/:id/told': botOnly('member'),

  'GET /api/v1/user/notifications': own('read'),
  'PATCH /api/v1/user/notifications': own('subscriptions'),

  // What they bring proves who sends it: a signature, a token of their own.
  'POST /api/v1/hooks/github': open,
  'POST /api/v1/hooks/alertmanager': open,
  'POST /api/v1/notices': { who: 'member', scope: 'notices' },
  'GET /api/v1/notices/:id': { who: 'member', scope: 'notices' },

  'GET /api/v1/user/export': browserOnly,
  'DELETE /api/v1/user/data': { who: 'member', session: true, discord: true, goneToo: true, proven: true },

  'GET /api/v1/bot': botOnly('bot'),
  'POST /api/v1/bot': botOnly('bot'),
  'PUT /api/v1/bot/lease': botOnly('bot'),
  'POST /api/v1/links': botOnly('account'),
  'POST /api/v1/links/mail': botOnly('account'),
  'POST /api/v1/links/code': botOnly('account'),
  'POST /api/v1/links/mine/role': { ...botOnly('member'), goneToo: true },
  'DELETE /api/v1/links/mine': { who: 'account', discord: true, goneToo: true },

  'GET /api/v1/admin/lists': managing('any'),
  'POST /api/v1/admin/lists': administering,
  'PATCH /api/v1/admin/lists/:name': managing('list'),
  'DELETE /api/v1/admin/lists/:name': administering,
  'GET /api/v1/admin/lists/:name/members': managing('list'),
  'PUT /api/v1/admin/lists/:name/members/:uid': managing('list'),
  'DELETE /api/v1/admin/lists/:name/members/:uid': managing('list'),
  'PUT /api/v1/admin/lists/:name/owners/:uid': administering,
  'DELETE /api/v1/admin/lists/:name/owners/:uid': administering,
  'GET /api/v1/admin/changes': managing('any'),
  'POST /api/v1/admin/changes/:id/approve': managing('change'),
  'POST /api/v1/admin/changes/:id/deny': managing('change'),
  'POST /api/v1/admin/changes/:id/retry': managing('change'),

  'GET /api/v1/admin/holds': administering,
  'POST /api/v1/admin/holds/:id/approve': administering,
  'POST /api/v1/admin/holds/:id/deny': administering,
  'POST /api/v1/admin/sync': administering,
  'GET /api/v1/admin/sync/runs': administering,
  'GET /api/v1/admin/sync/runs/:id': administering,
  'POST /api/v1/admin/drifts/:id/revert': administering,
  'GET /api/v1/admin/incidents': administering,
  'POST /api/v1/admin/incidents/:id': administering,
  'GET /api/v1/admin/status': administering,
  'GET /api/v1/admin/audit': administering,
  'GET /api/v1/admin/audit/verify': administering,
  'GET /api/v1/admin/audit/checkpoints': administering,
  'POST /api/v1/admin/audit/checkpoints': administering,

  'GET /api/v1/admin/notice-rules': administering,
  'POST /api/v1/admin/notice-rules': administering,
  'DELETE /api/v1/admin/notice-rules/:id': administering,
  'POST /api/v1/admin/notice-rules/test': administering,
  'GET /api/v1/admin/outbox': administering,
  'POST /api/v1/admin/outbox/resend': administering,
  'PUT /api/v1/admin/members/:uid/mentions': administering,
  'DELETE /api/v1/admin/members/:uid/mentions': administering,

  'GET /api/v1/admin/links/:account': administering,
  'DELETE /api/v1/admin/links/:account': administering,
  'PUT /api/v1/admin/members/:uid/notices': administering,
  'DELETE /api/v1/admin/members/:uid/notices': administering,
} as const satisfies Record<string, Permission>

export type Operation = keyof typeof permissions

/** The row of an operation; HEAD is asked as its GET. Null for what is not in the table. */
export function permissionOf(method: string, path: string): Permission | null {
  const operation = `${method === 'HEAD' ? 'GET' : method} ${path}`
  return Object.hasOwn(permissions, operation) ? permissions[operation as Operation] : null
}

/** Whether an operation does what only admins and owners may. */
export const isForManaging = ({ who }: Permission): boolean => who === 'owner' || who === 'admin'
