import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { isForManaging, type Permission, permissionOf } from '../../domain/rules/permissions.ts'
import { directoryAgeS } from '../../domain/store/mirror/directory-age.ts'
import { ownsChange, ownsList, ownsSome } from '../../domain/store/lists/owns.ts'
import type { Context } from '../context.ts'
import { type Caller, createAuthentication, type Member, notLinked } from './authenticate.ts'
import { requireCsrfToken } from './csrf.ts'
import type { Server } from './typed-server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's row in the table of permissions. */
    permission?: Permission
  }
}

/** Admins are who the directory says. After this long without its word nobody acts as one. */
const adminsBelievedS = 3600

/**
 * Guards every route of this scope by its row in the table, before anything else is looked at: 401, then 403, then 400. A route
 * without a row is a mistake that keeps the server from starting.
 */
export function addGuard(server: Server, context: Context): void {
  const authenticate = createAuthentication(context)
  server.decorateRequest('caller', null)
  server.decorateRequest('subscriptions', null)
  server.addHook('onRoute', (route) => {
    const methods = [route.method].flat()
    const [permission, ...others] = methods.map((method) =>
      permissionOf(method, route.url.replace(/(.)\/$/, '$1')),
    )
    if (!permission || others.some((other) => other !== permission))
      throw new Error(`${methods.join()} ${route.url} has no row of its own in domain/rules/permissions.ts`)
    route.config = { ...route.config, permission }
  })
  server.addHook('onRequest', async (request) => {
    const permission = permissionFor(request)
    if (permission.who === 'anyone') return
    const caller = await authenticate(request)
    await admit(context, request, { permission, caller })
    request.caller = caller
  })
  server.addHook('onRequest', (request, reply, done) => {
    const csrfSecret = request.caller?.csrfSecret ?? null
    if (csrfSecret === null) done()
    else requireCsrfToken(server, request, reply, { csrfSecret, done })
  })
}

function permissionFor(request: FastifyRequest): Permission {
  const { permission } = request.routeOptions.config
  if (!permission) throw new Error('this route was entered without a row in the table of permissions')
  return permission
}

async function admit(
  context: Context,
  request: FastifyRequest,
  { permission, caller }: { permission: Permission; caller: Caller },
): Promise<void> {
  const { door, member } = caller
  requireDoor(permission, caller)
  if (permission.who === 'bot') return
  requireAccount(request, caller)
  if (door === 'metrics') return
  if (permission.who === 'account' && member === null) return
  if (member === null) throw notLinked()
  if (member.isGone && permission.goneToo !== true) throw gone()
  if (permission.proven === true && door === 'discord' && !member.isGone && !member.mayManage)
    throw notProven()
  if (permission.who === 'admin' && !member.isAdmin)
    throw member.unusedRights === 'admin' ? linkWithoutRights() : adminsOnly()
  if (permission.who === 'owner') await requireOwner(context, request, { permission, member })
  if (isForManaging(permission) && request.method !== 'GET' && request.method !== 'HEAD')
    await requireFreshDirectory(context)
}

/** @throws {Refusal} PERMISSION_DENIED where this credential, whoever's it is, does not open the operation. */
function requireDoor(permission: Permission, { door, scopes }: Caller): void {
  if (door === 'token') {
    const { scope } = permission
    if (scope === undefined)
      throw new Refusal('PERMISSION_DENIED', 'API tokens don’t open this. Sign in with a browser.', {
        reason: 'DOOR_CLOSED',
      })
    if (scopes?.includes(scope) !== true)
      throw new Refusal('PERMISSION_DENIED', `This token lacks the scope “${scope}”. Make one that has it.`, {
        reason: 'SCOPE_MISSING',
        details: { scope },
      })
    return
  }
  const isOpen = {
    discord: permission.discord,
    session: permission.session,
    metrics: permission.metricsToken,
  }[door]
  if (isOpen !== true)
    throw new Refusal('PERMISSION_DENIED', 'This credential does not open this.', { reason: 'DOOR_CLOSED' })
}

/** @throws {Refusal} VALIDATION_ERROR when the bot names no account, or somebody else names one. */
function requireAccount({ headers }: FastifyRequest, { door, discordUserId }: Caller): void {
  if (door === 'discord' && discordUserId === null)
    throw new Refusal('VALIDATION_ERROR', 'Name the Discord account in X-Discord-User: 17 to 20 digits.', {
      reason: 'DISCORD_USER_INVALID',
    })
  if (door !== 'discord' && headers['x-discord-user'] !== undefined)
    throw new Refusal('VALIDATION_ERROR', 'X-Discord-User goes with the service token only.', {
      reason: 'DISCORD_USER_INVALID',
    })
}

async function requireOwner(
  { db }: Context,
  request: FastifyRequest,
  { permission, member }: { permission: Permission; member: Member },
): Promise<void> {
  if (member.isAdmin) return
  const { name = '', id = '' } = request.params as { name?: string; id?: string }
  const owns = {
    list: () => ownsList(db, member.id, name),
    change: () => ownsChange(db, member.id, id),
    any: () => ownsSome(db, member.id),
  }
  if (member.mayManage && permission.of !== undefined && (await owns[permission.of]())) return
  if (member.unusedRights !== null) throw linkWithoutRights()
  throw new Refusal('PERMISSION_DENIED', 'Only admins and the owners of the list may do this.', {
    reason: 'OWNERS_ONLY',
  })
}

/** @throws {Refusal} UNAVAILABLE when the directory could not be read for an hour: who is an admin may have changed since. */
async function requireFreshDirectory({ db }: Context): Promise<void> {
  const ageS = await directoryAgeS(db)
  if (ageS !== null && ageS <= adminsBelievedS) return
  throw new Refusal(
    'UNAVAILABLE',
    'The directory could not be read for an hour, so who is an admin is not certain. This works again once it was read.',
    { reason: 'DIRECTORY_UNREAD', retryAfterS: 60 },
  )
}

const gone = (): Refusal =>
  new Refusal('PERMISSION_DENIED', 'You are not in the directory any more. Ask an admin if that is wrong.', {
    reason: 'MEMBER_GONE',
  })

const adminsOnly = (): Refusal =>
  new Refusal('PERMISSION_DENIED', 'Only admins may do this.', { reason: 'ADMINS_ONLY' })

/** For an admin or an owner whose link came from a mail or an import. */
const linkWithoutRights = (): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    'This link carries no rights of admins or owners. Type /unlink, then /link, and sign in on the page: that link carries them.',
    { reason: 'LINK_WITHOUT_RIGHTS' },
  )

const notProven = (): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    'This Discord account was linked without a password, which is not enough for this. Sign in with a browser instead.',
    { reason: 'LINK_NOT_ENOUGH' },
  )
