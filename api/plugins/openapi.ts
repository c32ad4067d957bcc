import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import { bodyOptionalKey, describeOperation } from './describe-operation.ts'
import { sessionCookieName } from './session-cookie.ts'
import type { Server } from './typed-server.ts'

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
            name: sessionCookieName({ url }),
            description: 'Signed in with a browser.',
          },
          csrfToken: {
            type: 'apiKey',
            in: 'header',
            name: 'X-CSRF-Token',
            description: 'The cookie guildpost_csrf, sent back with whatever writes in a session.',
          },
          apiToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'A personal API token (gp_…) with the scope that the operation names.',
          },
          metricsToken: { type: 'http', scheme: 'bearer', description: 'Reads /metrics only.' },
          githubSignature: {
            type: 'apiKey',
            in: 'header',
            name: 'x-hub-signature-256',
            description: 'What GitHub makes of the body with GITHUB_WEBHOOK_SECRET.',
          },
          alertmanagerToken: { type: 'http', scheme: 'bearer', description: 'What ALERTMANAGER_TOKEN is.' },
        },
      },
    },
    transform: ({ schema, url: path, route }) => ({
      schema: titled(describeOperation(schema, route)) as FastifySchema,
      url: path,
    }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('this document is not OpenAPI 3')
      const components: Record<string, unknown> = {}
      const lifted = liftNamed(document.openapiObject, components) as typeof document.openapiObject
      for (const operation of Object.values(lifted.paths ?? {}).flatMap((path) => Object.values(path ?? {})))
        sayWhetherBodyIsNeeded(operation as Operation)
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

/** The reader loads nothing from elsewhere; its style attributes are the reason for unsafe-inline. */
const readerPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type Operation = { requestBody?: { required?: boolean }; [bodyOptionalKey]?: true }

/** The generator takes every body for required. */
function sayWhetherBodyIsNeeded(operation: Operation): void {
  if (operation[bodyOptionalKey] && operation.requestBody) operation.requestBody.required = false
  delete operation[bodyOptionalKey]
}

/**
 * The generator has its own idea of an $id; as a title the name of a schema gets through it. Of words to choose from TypeBox does not say that
 * they are text, which programs that make clients want to know.
 */
function titled(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(titled)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).map(([key, value]) => [key === '$id' ? 'title' : key, titled(value)])
  const isChoice = 'enum' in node && Array.isArray(node.enum) && !('type' in node)
  return Object.fromEntries(isChoice ? [['type', 'string'], ...entries] : entries) as unknown
}

/** Schemas that have a title move to the components, once, and are referred to from where they were. */
function liftNamed(node: unknown, components: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((one) => liftNamed(one, components))
  if (typeof node !== 'object' || node === null) return node
  const { title, type, anyOf } = node as Record<string, unknown>
  const isNamed = typeof title === 'string' && (type === 'object' || Array.isArray(anyOf))
  const lifted = Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !(isNamed && key === 'title'))
      .map(([key, value]) => [key, liftNamed(value, components)]),
  )
  if (!isNamed) return lifted
  components[title] = lifted
  return { $ref: `#/components/schemas/${title}` }
}
