import type { FastifySchema, RouteOptions } from 'fastify'
import { STATUS_CODES } from 'node:http'
import { type TSchema, Type } from 'typebox'
import type { Permission } from '../../domain/rules/permissions.ts'
import { problemAnswer } from './answers.ts'

type Headers = Record<string, TSchema>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes an Idempotency-Key. */
    once?: true
    /** What the document tells of the operation besides its schema, by which nothing is checked. */
    documented?: {
      security?: Record<string, never[]>[]
      headers?: Headers
      body?: TSchema
      consumes?: string[]
      /** There need be none. */
      bodyOptional?: true
      /** Of each answer that is no problem. */
      answerHeaders?: Headers
      /** It costs one of what a limit allows. */
      limited?: true
      /** 200 is what stands already: a change that may have been asked for before, and has its address. */
      standing?: true
      /** By this status, too, a refusal may say how long to wait. */
      waitsAfter?: number
    }
  }
}

/** By this key the schema says that there need be no body, which the generator has no place for. */
export const bodyOptionalKey = 'x-body-optional'

/** The schema of a route, with all that its credentials, its method and its config add to what may be sent and is answered. */
export function describeOperation(schema: FastifySchema, { method, config }: RouteOptions): FastifySchema {
  const { permission, once, documented = {} } = config ?? {}
  const headers = {
    // The bot speaks for itself there, and for nobody else.
    ...(permission?.discord === true && permission.who !== 'bot' ? discordHeaders : {}),
    ...(once === true ? onceHeaders : {}),
    ...documented.headers,
  }
  const withBody = method !== 'GET' && method !== 'HEAD'
  const isHook = config?.provesItself === true
  return {
    ...schema,
    ...(permission ? guardOf(permission, { isWrite: withBody }) : {}),
    ...(documented.security ? { security: documented.security } : {}),
    ...(documented.body ? { body: documented.body, consumes: documented.consumes } : {}),
    ...(documented.bodyOptional ? { [bodyOptionalKey]: true } : {}),
    ...(Object.keys(headers).length > 0 ? { headers: Type.Object(headers) } : {}),
    response: withHeaders(
      {
        // Whatever writes has its body looked at first, also where it needs none.
        ...(withBody ? { 413: problemAnswer(413), 415: problemAnswer(415) } : {}),
        ...(schema.response as Record<string, object>),
      },
      { once: once === true, isHook, ...documented },
    ),
  }
}

type Operation = {
  once: boolean
  isHook: boolean
  answerHeaders?: Headers
  limited?: true
  standing?: true
  waitsAfter?: number
}

/** Each answer, by its status, with the headers that come with it. */
function withHeaders(answers: Record<string, object>, operation: Operation): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const { headers: own = {} } = answer as { headers?: Headers }
      const all = { ...own, ...answerHeaders(Number(status), answer, operation) }
      // Else the generator calls it “Default Response”.
      const description = { 'x-response-description': STATUS_CODES[status] }
      const headers = Object.keys(all).length === 0 ? {} : { headers: all }
      return [status, { ...('description' in answer ? {} : description), ...answer, ...headers }]
    }),
  )
}

function answerHeaders(status: number, answer: object, of: Operation): Headers {
  const isProblem = 'content' in answer
  return {
    // What a webhook told is nowhere to be read.
    ...((status === 202 && !of.isHook) || (status === 200 && of.standing) ? location : {}),
    ...(of.once && status < 300 ? replayed : {}),
    ...(isProblem ? {} : of.answerHeaders),
    ...(of.limited && !beforeLimits.has(status) ? allowance : {}),
    ...(isProblem && [429, 503, of.waitsAfter].includes(status) ? retryAfter : {}),
  }
}

/** What is refused so was looked at before any limit. */
const beforeLimits = new Set([401, 413, 415])

/** By which credentials an operation opens, and to whom. */
function guardOf(permission: Permission, { isWrite }: { isWrite: boolean }): Record<string, unknown> {
  const { who, session, scope, discord, metricsToken } = permission
  if (who === 'anyone') return { 'x-who': who, security: [] }
  const security = [
    ...(session === true ? [{ session: [], ...(isWrite ? { csrfToken: [] } : {}) }] : []),
    ...(scope === undefined ? [] : [{ apiToken: [scope] }]),
    ...(discord === true ? [{ serviceToken: [] }] : []),
    ...(metricsToken === true ? [{ metricsToken: [] }] : []),
  ]
  return { 'x-who': who, security, ...(discord === true ? { 'x-discord': true } : {}) }
}

const discordHeaders = {
  'x-discord-user': Type.Optional(
    Type.String({
      pattern: '^[0-9]{17,20}$',
      description: 'The Discord account that asks: with the service token, and never without',
    }),
  ),
}
const onceHeaders = {
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\u0021-\\u007e]{1,255}$',
      description: 'The same key again (24 hours) gives the same answer instead of doing it twice',
    }),
  ),
}

const location = { Location: Type.String({ description: 'Where to read what becomes of it' }) }
const replayed = {
  'Idempotent-Replayed': Type.String({
    description: 'true: the answer that this Idempotency-Key was given before',
  }),
}
const retryAfter = { 'Retry-After': Type.Integer({ description: 'In seconds' }) }
const allowance = {
  'RateLimit-Limit': Type.Integer({ description: 'How many there may be in the window' }),
  'RateLimit-Remaining': Type.Integer({ description: 'How many are left' }),
  'RateLimit-Reset': Type.Integer({ description: 'Seconds until the window ends' }),
}
