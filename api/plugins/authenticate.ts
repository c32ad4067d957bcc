import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { findCaller } from '../../domain/store/find-caller.ts'
import type { Context } from '../context.ts'
import type { Server } from './typed-server.ts'

/** Who asks: a Discord account, through the bot, and the member whom it is linked to. */
export type Caller = {
  via: 'discord'
  discordUserId: string
  member: Member | null
}

export type Member = { id: string; uid: string; displayName: string; isAdmin: boolean; linkId: string }

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Open to the service token, which acts for the Discord account in X-Discord-User (`x-discord: true`). */
    discord?: true
    /** Also for Discord accounts that are not linked yet. */
    withoutLink?: true
    /** Also for members who are gone from the directory. */
    goneToo?: true
  }
}

/**
 * Authenticates every route of this scope, before anything else is looked at. A route is closed to every credential
 * that its config does not name.
 */
export function addAuthentication(server: Server, context: Context): void {
  const tokenDigests = context.settings.serviceTokens.map(digestOf)
  server.decorateRequest('caller', null)
  server.addHook('onRequest', async (request) => {
    const { config } = request.routeOptions
    const token = bearerTokenOf(request)
    if (token === null || config.discord !== true || !tokenDigests.some((one) => isDigestOf(one, token)))
      throw new Refusal('NOT_AUTHENTICATED', 'Send a valid credential in the Authorization header.')
    const discordUserId = discordUserOf(request)
    const member = await findMember(context, discordUserId, config.goneToo === true)
    if (member === null && config.withoutLink !== true) throw notLinked()
    request.caller = { via: 'discord', discordUserId, member }
  })
}

/** @throws when the route does not demand a linked member, which is a mistake in its config. */
export function memberOf(request: FastifyRequest): Member {
  const member = request.caller?.member
  if (!member) throw new Error('this route was entered without a member')
  return member
}

export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('this route was entered without a caller')
  return request.caller
}

/** The refusal of an account that would need a link for this. */
export function notLinked(): Refusal {
  return new Refusal('NOT_LINKED', 'This Discord account is not linked yet. Type /link to link it.')
}

export function bearerTokenOf(request: FastifyRequest): string | null {
  return /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}

export const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** Takes the same time however much of the secret is right. */
export const isDigestOf = (digest: Buffer, secret: string): boolean =>
  timingSafeEqual(digest, digestOf(secret))

function discordUserOf(request: FastifyRequest): string {
  const given = request.headers['x-discord-user']
  if (typeof given === 'string' && /^[0-9]{17,20}$/.test(given)) return given
  throw new Refusal('VALIDATION_ERROR', 'Name the Discord account in X-Discord-User: 17 to 20 digits.', {
    reason: 'DISCORD_USER_INVALID',
  })
}

async function findMember(context: Context, discordUserId: string, goneToo: boolean): Promise<Member | null> {
  const found = await findCaller(context.db, discordUserId)
  if (found === null) return null
  if (found.state === 'gone' && !goneToo)
    throw new Refusal(
      'PERMISSION_DENIED',
      'You are not in the directory any more. Ask an admin if that is wrong.',
      {
        reason: 'MEMBER_GONE',
      },
    )
  const { memberId: id, uid, displayName, isAdmin, linkId } = found
  return { id, uid, displayName, isAdmin, linkId }
}
