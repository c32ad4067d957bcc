import { type Static, Type } from 'typebox'
import { scopes } from '../rules/permissions.ts'

const Time = Type.String({ format: 'date-time' })

/** What signing in takes: the directory's user name and password. */
export const Login = Type.Object(
  { username: Type.String({ maxLength: 256 }), password: Type.String({ maxLength: 1024 }) },
  { $id: 'Login', additionalProperties: false },
)

export const LoggedIn = Type.Object({ username: Type.String(), isAdmin: Type.Boolean() }, { $id: 'LoggedIn' })

/** "Signed in on …": `address` is the network that it was opened from, `agent` what the browser calls itself. */
export const Session = Type.Object(
  {
    id: Type.String(),
    address: Type.String(),
    agent: Type.String(),
    createdAt: Time,
    seenAt: Time,
    expiresAt: Time,
    current: Type.Boolean({ description: 'the session that asks' }),
  },
  { $id: 'Session' },
)
export type Session = Static<typeof Session>

export const Scope = Type.Enum([...scopes])

/** A personal API token, without its secret. */
export const ApiToken = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    scopes: Type.Array(Scope),
    createdAt: Time,
    lastUsedAt: Type.Union([Time, Type.Null()]),
    expiresAt: Time,
  },
  { $id: 'ApiToken' },
)
export type ApiToken = Static<typeof ApiToken>

export const ApiTokenRequest = Type.Object(
  {
    name: Type.String({ pattern: '\\S', maxLength: 100 }),
    scopes: Type.Array(Scope, { minItems: 1, uniqueItems: true }),
    expiresInDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 365, description: '90 unless it is said' }),
    ),
  },
  { $id: 'ApiTokenRequest', additionalProperties: false },
)
export type ApiTokenRequest = Static<typeof ApiTokenRequest>

/** The only answer that ever holds the token. */
export const NewApiToken = Type.Object(
  { ...ApiToken.properties, token: Type.String({ description: 'shown once: keep it now' }) },
  { $id: 'NewApiToken' },
)
