import { describe, expect, test } from 'vitest'
import type { Problem } from '../../domain/contracts/problem.ts'
import { type CallerName, callerNames, gatherCast } from './cast.ts'
import { describedBy } from './openapi.ts'

type Expected = 'in' | 401 | 403 | 400

const dead = ['nobody', 'revoked token of an admin', 'expired token of an admin'] as const
const byBot = [
  'member by the bot',
  'owner of another list by the bot',
  'owner by the bot',
  'admin by the bot',
  'admin linked by mail by the bot',
] as const
const inBrowser = [
  'member in the browser',
  'owner of another list in the browser',
  'owner in the browser',
  'admin in the browser',
] as const
const formerly = 'owner by the token of when they were an admin'
const goneInBrowser = 'gone member in the browser'
const goneByBot = 'gone member by the bot'
const careless = 'member in the browser without the CSRF token'

type Case = Partial<Record<CallerName, Expected>>

/** Everybody who is not named is refused (403); dead credentials are none at all (401). */
const only = (named: Case): Case => ({ ...all(dead, 401), ...named })
const all = (names: readonly CallerName[], expected: Expected): Case =>
  Object.fromEntries(names.map((name) => [name, expected]))

/** What each kind of operation answers to whom, said apart from the table that the API itself reads. */
const kinds = {
  open: all(callerNames, 'in'),
  'own, read': only({
    ...all(byBot, 'in'),
    ...all(inBrowser, 'in'),
    'member by token': 'in',
    'admin by token': 'in',
    [formerly]: 'in',
    [careless]: 'in',
    'service token alone': 400,
  }),
  'own, write': only({
    ...all(byBot, 'in'),
    ...all(inBrowser, 'in'),
    'member by token': 'in',
    'admin by token': 'in',
    [formerly]: 'in',
    'service token alone': 400,
  }),
  'browser, read': only({ ...all(inBrowser, 'in'), [careless]: 'in' }),
  'browser, write': only(all(inBrowser, 'in')),
  'browser, write, gone too': only({ ...all(inBrowser, 'in'), [goneInBrowser]: 'in' }),
  'browser, and bot by a proven link, gone too': only({
    ...all(inBrowser, 'in'),
    ...all(byBot, 'in'),
    [goneInBrowser]: 'in',
    [goneByBot]: 'in',
    'admin linked by mail by the bot': 403,
    'service token alone': 400,
  }),
  bot: only({
    ...all(byBot, 'in'),
    'unlinked account': 'in',
    [goneByBot]: 'in',
    'service token alone': 'in',
  }),
  account: only({ ...all(byBot, 'in'), 'unlinked account': 'in', 'service token alone': 400 }),
  'linked account': only({ ...all(byBot, 'in'), 'service token alone': 400 }),
  'linked account, gone too': only({ ...all(byBot, 'in'), [goneByBot]: 'in', 'service token alone': 400 }),
  'any owner': only({
    ...all(inBrowser, 'in'),
    ...all(byBot, 'in'),
    'member in the browser': 403,
    'member by the bot': 403,
    'admin linked by mail by the bot': 403,
    'admin by token': 'in',
    'service token alone': 400,
  }),
  'the owner': only({
    'owner by the bot': 'in',
    'owner in the browser': 'in',
    'admin by the bot': 'in',
    'admin in the browser': 'in',
    'admin by token': 'in',
    'service token alone': 400,
  }),
  admin: only({
    'admin by the bot': 'in',
    'admin in the browser': 'in',
    'admin by token': 'in',
    'service token alone': 400,
  }),
  'by a token for notices': only({
    'admin by token': 'in',
    'token without the scope': 'in',
  }),
  measurements: only({ 'admin in the browser': 'in', 'admin by token': 'in', 'metrics token': 'in' }),
} satisfies Record<string, Case>

const rows: Readonly<Record<string, keyof typeof kinds>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'measurements',
  'GET /api/v1/openapi.json': 'open',
  'POST /api/v1/auth/login': 'open',
  'POST /api/v1/auth/logout': 'browser, write, gone too',
  'GET /api/v1/auth/me': 'own, read',
  'GET /api/v1/auth/sessions': 'browser, read',
  'DELETE /api/v1/auth/sessions/{id}': 'browser, write',
  'GET /api/v1/auth/tokens': 'browser, read',
  'POST /api/v1/auth/tokens': 'browser, write',
  'DELETE /api/v1/auth/tokens/{id}': 'browser, write',
  'GET /api/v1/lists': 'own, read',
  'GET /api/v1/lists/{name}': 'own, read',
  'GET /api/v1/user/subscriptions': 'own, read',
  'PUT /api/v1/user/subscriptions': 'own, write',
  'PATCH /api/v1/user/subscriptions': 'own, write',
  'PUT /api/v1/user/subscriptions/{name}': 'own, write',
  'DELETE /api/v1/user/subscriptions/{name}': 'own, write',
  'GET /api/v1/changes/{id}': 'own, read',
  'POST /api/v1/changes/{id}/cancel': 'own, write',
  'POST /api/v1/changes/{id}/told': 'linked account',
  'GET /api/v1/user/notifications': 'own, read',
  'PATCH /api/v1/user/notifications': 'own, write',
  'GET /api/v1/user/export': 'browser, read',
  'DELETE /api/v1/user/data': 'browser, and bot by a proven link, gone too',
  'GET /api/v1/bot': 'bot',
  'POST /api/v1/bot': 'bot',
  'PUT /api/v1/bot/lease': 'bot',
  'POST /api/v1/hooks/github': 'open',
  'POST /api/v1/hooks/alertmanager': 'open',
  'POST /api/v1/notices': 'by a token for notices',
  'GET /api/v1/notices/{id}': 'by a token for notices',
  'POST /api/v1/links': 'account',
  'POST /api/v1/links/mail': 'account',
  'POST /api/v1/links/code': 'account',
  'POST /api/v1/links/mine/role': 'linked account, gone too',
  'DELETE /api/v1/links/mine': 'linked account, gone too',
  'GET /api/v1/admin/lists': 'any owner',
  'POST /api/v1/admin/lists': 'admin',
  'PATCH /api/v1/admin/lists/{name}': 'the owner',
  'DELETE /api/v1/admin/lists/{name}': 'admin',
  'GET /api/v1/admin/lists/{name}/members': 'the owner',
  'PUT /api/v1/admin/lists/{name}/members/{uid}': 'the owner',
  'DELETE /api/v1/admin/lists/{name}/members/{uid}': 'the owner',
  'PUT /api/v1/admin/lists/{name}/owners/{uid}': 'admin',
  'DELETE /api/v1/admin/lists/{name}/owners/{uid}': 'admin',
  'GET /api/v1/admin/changes': 'any owner',
  'POST /api/v1/admin/changes/{id}/approve': 'the owner',
  'POST /api/v1/admin/changes/{id}/deny': 'the owner',
  'POST /api/v1/admin/changes/{id}/retry': 'the owner',
  'GET /api/v1/admin/holds': 'admin',
  'POST /api/v1/admin/holds/{id}/approve': 'admin',
  'POST /api/v1/admin/holds/{id}/deny': 'admin',
  'GET /api/v1/admin/audit': 'admin',
  'GET /api/v1/admin/audit/verify': 'admin',
  'GET /api/v1/admin/audit/checkpoints': 'admin',
  'POST /api/v1/admin/audit/checkpoints': 'admin',
  'GET /api/v1/admin/incidents': 'admin',
  'POST /api/v1/admin/incidents/{id}': 'admin',
  'GET /api/v1/admin/status': 'admin',
  'GET /api/v1/admin/outbox': 'admin',
  'POST /api/v1/admin/outbox/resend': 'admin',
  'POST /api/v1/admin/sync': 'admin',
  'GET /api/v1/admin/sync/runs': 'admin',
  'GET /api/v1/admin/sync/runs/{id}': 'admin',
  'POST /api/v1/admin/drifts/{id}/revert': 'admin',
  'GET /api/v1/admin/notice-rules': 'admin',
  'POST /api/v1/admin/notice-rules': 'admin',
  'DELETE /api/v1/admin/notice-rules/{id}': 'admin',
  'POST /api/v1/admin/notice-rules/test': 'admin',
  'GET /api/v1/admin/links/{account}': 'admin',
  'DELETE /api/v1/admin/links/{account}': 'admin',
  'PUT /api/v1/admin/members/{uid}/mentions': 'admin',
  'DELETE /api/v1/admin/members/{uid}/mentions': 'admin',
  'PUT /api/v1/admin/members/{uid}/notices': 'admin',
  'DELETE /api/v1/admin/members/{uid}/notices': 'admin',
}

const cast = await gatherCast()
const { operations } = await describedBy(cast.api)

test('every operation of the document has its row here, and no row is left over', () => {
  expect(Object.keys(rows).toSorted()).toEqual(operations.map(({ operation }) => operation).toSorted())
})

const guards = new Set([
  'DOOR_CLOSED',
  'SCOPE_MISSING',
  'ADMINS_ONLY',
  'OWNERS_ONLY',
  'MEMBER_GONE',
  'LINK_NOT_ENOUGH',
  'LINK_WITHOUT_RIGHTS',
  'CSRF_TOKEN_INVALID',
])

/** What operations themselves refuse with 403, to those whom the guard let in. */
const ownRefusals = new Set<string>([])

describe.each(operations)('$operation', ({ operation, method, path }) => {
  test.each(callerNames)('%s', async (caller) => {
    await cast.restore()
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => cast.known[name] ?? '')
    const answer = await cast.api.server.inject({ method, url, headers: cast.as[caller] })
    const kind: Case = kinds[rows[operation] ?? 'admin']
    const expected = kind[caller] ?? 403
    expect(whatCame(answer.statusCode, answer.body, expected)).toBe(expected)
    expect(answer.statusCode).toBeLessThan(500)
  })
})

/** A caller is in when nothing of the guard refused them, whatever the operation itself then says. */
function whatCame(status: number, body: string, expected: Expected): string | number {
  if (status !== 401 && status !== 403 && !(status === 400 && expected === 400)) return 'in'
  const { code, details } = JSON.parse(body) as Problem & { details?: { reason?: string } }
  const reason = details?.reason ?? ''
  if (status === 400) return reason === 'DISCORD_USER_INVALID' ? 400 : `400 ${reason}`
  if (status === 401) return reason === 'PASSWORD_WRONG' ? 'in' : 401
  if (guards.has(reason) || code === 'NOT_LINKED') return 403
  return ownRefusals.has(reason) ? 'in' : `403 ${code} ${reason}`
}
