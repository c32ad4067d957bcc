import type { FastifyRequest } from 'fastify'
import type { Subscription } from '../../domain/contracts/subscription.ts'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { isApiTokenShaped } from '../../domain/rules/api-token.ts'
import type { Scope } from '../../domain/rules/permissions.ts'
import { hashOf, isHashOf } from '../../domain/rules/secret-hash.ts'
import {
  type Credential,
  findCaller,
  findCallerWithSubscriptions,
  type FoundCaller,
  noteUse,
} from '../../domain/store/sessions/find-caller.ts'
import type { Context } from '../context.ts'
import { sessionSecretOf } from './session-cookie.ts'

/** By which door somebody came in: the bot, a browser's session, a personal API token, or METRICS_TOKEN. */
export type Door = 'discord' | 'session' | 'token' | 'metrics'

/** Who asks. METRICS_TOKEN and a Discord account that is not linked have no member. */
export type Caller = {
  door: Door
  /** The door as changes and the audit name it. */
  via: 'discord' | 'web' | 'api'
  /** The account that the bot speaks for; null at other doors, and when the bot names none. */
  discordUserId: string | null
  member: Member | null
  /** Of the token, where that is the door. */
  scopes: readonly Scope[] | null
  csrfSecret: string | null
}

export type Member = {
  id: string
  uid: string
  displayName: string
  isGone: boolean
  /** Whether they act as an admin by the credential that they came with; the same for an owner's rights. */
  isAdmin: boolean
  mayManage: boolean
  /** What they are but by this link don't act as. */
  unusedRights: 'admin' | 'owner' | null
  linkId: string | null
  sessionId: string | null
  tokenId: string | null
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    /** The caller's subscriptions, where the route's config says that they are read together with the caller. */
    subscriptions: Subscription[] | null
  }
  interface FastifyContextConfig {
    withSubscriptions?: true
  }
}

/**
 * Finds out who asks, by the one credential that the request shows: the Authorization header, else a session's cookie. What is
 * wrong with one is never made good by the other.
 * @throws {Refusal} NOT_AUTHENTICATED.
 */
export function createAuthentication(context: Context): (request: FastifyRequest) => Promise<Caller> {
  const { settings } = context
  const serviceHashes = settings.serviceTokens.map(hashOf)
  const metricsHash = settings.metricsToken === null ? null : hashOf(settings.metricsToken)

  return async (request) => {
    if (request.headers.authorization === undefined) {
      const secret = sessionSecretOf(request, settings)
      if (secret === null) throw notAuthenticated()
      return memberBy(context, request, { kind: 'session', key: hashOf(secret) })
    }
    const token = bearerTokenOf(request)
    if (token === null) throw notAuthenticated()
    if (isApiTokenShaped(token)) return memberBy(context, request, { kind: 'token', key: hashOf(token) })
    if (serviceHashes.some((hash) => isHashOf(hash, token))) return byTheBot(context, request)
    if (metricsHash !== null && isHashOf(metricsHash, token)) return { ...nobody, door: 'metrics' }
    throw notAuthenticated()
  }
}

const nobody = { via: 'api', discordUserId: null, member: null, scopes: null, csrfSecret: null } as const

async function memberBy(
  context: Context,
  request: FastifyRequest,
  credential: Credential & { kind: 'session' | 'token' },
): Promise<Caller> {
  const found = await find(context, request, credential)
  if (found === null) throw notAuthenticated()
  if (found.unnoted) await noteUse(context.db, found)
  const { kind } = credential
  const { scopes, csrfSecret } = found
  const via = kind === 'session' ? 'web' : 'api'
  return { door: kind, via, discordUserId: null, member: asMember(found), scopes, csrfSecret }
}

async function byTheBot(context: Context, request: FastifyRequest): Promise<Caller> {
  const discordUserId = discordUserOf(request)
  const found =
    discordUserId === null ? null : await find(context, request, { kind: 'discord', key: discordUserId })
  const member = found === null ? null : asMember(found)
  return { door: 'discord', via: 'discord', discordUserId, member, scopes: null, csrfSecret: null }
}

/** The account that the bot names, if it is one. */
function discordUserOf({ headers }: FastifyRequest): string | null {
  const given = headers['x-discord-user']
  return typeof given === 'string' && /^[0-9]{17,20}$/.test(given) ? given : null
}

async function find(
  { db }: Context,
  request: FastifyRequest,
  credential: Credential,
): Promise<FoundCaller | null> {
  if (request.routeOptions.config.withSubscriptions !== true) return findCaller(db, credential)
  const found = await findCallerWithSubscriptions(db, credential)
  request.subscriptions = found?.items ?? null
  return found?.caller ?? null
}

function asMember(found: FoundCaller): Member {
  const {
    memberId: id,
    uid,
    displayName,
    state,
    isAdmin,
    mayManage,
    unusedRights,
    linkId,
    sessionId,
    tokenId,
  } = found
  return {
    id,
    uid,
    displayName,
    isGone: state === 'gone',
    isAdmin,
    mayManage,
    unusedRights,
    linkId,
    sessionId,
    tokenId,
  }
}

/** The member behind the call. @throws when the route's row in the table lets in callers without one. */
export function memberOf(request: FastifyRequest): Member {
  const member = request.caller?.member
  if (!member) throw new Error('this route was entered without a member')
  return member
}

export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('this route was entered without a caller')
  return request.caller
}

/** The account that the bot speaks for. @throws when the route is open to other doors too. */
export function discordAccountOf(request: FastifyRequest): string {
  const account = request.caller?.discordUserId
  if (account === null || account === undefined) throw new Error('this route was entered without an account')
  return account
}

/** The refusal of an account that would need a link for this. */
export function notLinked(): Refusal {
  return new Refusal('NOT_LINKED', 'This Discord account is not linked yet. Type /link to link it.')
}

const notAuthenticated = (): Refusal =>
  new Refusal('NOT_AUTHENTICATED', 'Sign in, or send a valid credential in the Authorization header.')

/** The token of an Authorization header (RFC 6750, section 2.1); null without one. */
export function bearerTokenOf(request: FastifyRequest): string | null {
  return /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
