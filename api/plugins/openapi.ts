import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import type { Permission } from '../../domain/rules/permissions.ts'
import type { Server } from './typed-server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes an Idempotency-Key. */
    once?: true
  }
}

/** The OpenAPI document, made from the schemas of the routes that are registered after this, and its reader at /docs. */
export async function addOpenApi(server: Server, url: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'guildpost',
        version: '1',
        description: 'Mailing lists and groups run from Discord, applied to an LDAP directory, with proof.',
      },
      servers: [{ url }],
      components: {
        securitySchemes: {
          serviceToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'The bot’s credential; it acts for the Discord account named in X-Discord-User.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'guildpost_session',
            description:
              'Signed in with a browser; writes send the cookie guildpost_csrf back in X-CSRF-Token. Behind https the name begins with __Host-.',
          },
          apiToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'A personal API token (gp_…) with the scope that the operation names.',
          },
          metricsToken: { type: 'http', scheme: 'bearer', description: 'Reads /metrics only.' },
        },
      },
    },
    transform: ({ schema, url: path, route }) => {
      const described = titled(schema) as FastifySchema
      const { permission, once } = route.config ?? {}
      if (permission) Object.assign(described, guardOf(permission))
      const headers = {
        // The bot speaks for itself there, and for nobody else.
        ...(permission?.discord === true && permission.who !== 'bot' ? discordHeaders : {}),
        ...(once === true ? onceHeaders : {}),
      }
      if (Object.keys(headers).length > 0) described.headers = Type.Object(headers)
      return { schema: described, url: path }
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('this document is not OpenAPI 3')
      const components: Record<string, unknown> = {}
      const lifted = liftNamed(document.openapiObject, components) as typeof document.openapiObject
      lifted.components = { ...lifted.components, schemas: components as Record<string, object> }
      return lifted
    },
  })
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: readerPolicy,
    theme: {
      title: 'guildpost API',
      css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  })
}

/** By which credentials an operation opens, and to whom. */
function guardOf(permission: Permission): Record<string, unknown> {
  const { who, session, scope, discord, metricsToken } = permission
  if (who === 'anyone') return { 'x-who': who, security: [] }
  const security = [
    ...(session === true ? [{ session: [] }] : []),
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

/** The reader loads nothing from elsewhere; its style attributes are the reason for unsafe-inline. */
const readerPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The generator has its own idea of an $id; as a title the name of a schema gets through it. */
function titled(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(titled)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).map(([key, value]) => [key === '$id' ? 'title' : key, titled(value)])
  return Object.fromEntries(entries) as unknown
}

/** Schemas that have a title move to the components, once, and are referred to from where they were. */
function liftNamed(node: unknown, components: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((one) => liftNamed(one, components))
  if (typeof node !== 'object' || node === null) return node
  const { title, type } = node as Record<string, unknown>
  const isNamed = typeof title === 'string' && type === 'object'
  const lifted = Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !(isNamed && key === 'title'))
      .map(([key, value]) => [key, liftNamed(value, components)]),
  )
  if (!isNamed) return lifted
  components[title] = lifted
  return { $ref: `#/components/schemas/${title}` }
}
