import { expect, test } from 'vitest'
import { permissionOf } from '../../domain/rules/permissions.ts'
import { startTestApi } from './api-server.ts'

type Parameter = { name: string; in: string; description?: string; schema: { enum?: unknown[] } }
type Operation = {
  operationId?: string
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}
type Shape = { $ref?: string; properties?: { items?: { items?: { $ref?: string } } } }
type Content = Record<string, { schema: Shape }>
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, { properties: Record<string, { properties?: object }> }>
    securitySchemes: Record<string, { in?: string; name?: string }>
  }
}

const { server } = await startTestApi()
const document = (await server.inject('/api/v1/openapi.json')).json<Document>()
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

test('every operation has a name of its own, by which a client calls it', () => {
  const names = operations.map(({ operation }) => operation.operationId ?? '')
  expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]+)*$/.test(name))).toEqual([])
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

test('what writes in a session asks for its CSRF token, and nothing else does', () => {
  expect(document.components.securitySchemes['csrfToken']).toMatchObject({
    in: 'header',
    name: 'X-CSRF-Token',
  })
  for (const { path, method, operation } of operations) {
    const opensBySession = permissionOf(method, path.replaceAll(/\{(\w+)\}/g, ':$1'))?.session === true
    const session = method === 'GET' ? { session: [] } : { session: [], csrfToken: [] }
    const asking = operation.security.filter((one) => 'session' in one || 'csrfToken' in one)
    expect(asking, `${method} ${path}`).toEqual(opensBySession ? [session] : [])
  }
})

/** Each is of one operation only, and has one field, or any. */
const nameless = new Set([
  'readDocument 200',
  'readHealth 200',
  'takeAlerts 202',
  'takeGithubWebhooks',
  'takeGithubWebhooks 202',
  'testNoticeRules',
])

test('what is sent or answered has a name, or is a page of what has one', () => {
  const found = operations.flatMap(({ operation: { operationId, requestBody, responses } }) => [
    [operationId, requestBody?.content] as const,
    ...Object.entries(responses).map(
      ([status, { content }]) => [`${operationId} ${status}`, content] as const,
    ),
  ])
  const without = found.filter(([, content]) => {
    const { $ref, properties } = content?.['application/json']?.schema ?? { $ref: 'there is none' }
    return ($ref ?? properties?.items?.items?.$ref) === undefined
  })
  expect(new Set(without.map(([what]) => what))).toEqual(nameless)
})

test('every schema says of which type its values are', () => {
  expect(untyped(document)).toEqual([])
})

function untyped(node: unknown, at = '#'): string[] {
  if (typeof node !== 'object' || node === null) return []
  const here = 'enum' in node && Array.isArray(node.enum) && !('type' in node) ? [at] : []
  return [...here, ...Object.entries(node).flatMap(([key, inner]) => untyped(inner, `${at}/${key}`))]
}

test('nothing that may be left out of a body has a default, which makes generated clients ask for it', () => {
  expect(JSON.stringify(document.components.schemas)).not.toContain('"default"')
})

test('a problem’s details have their reason, and what is wrong place by place', () => {
  const { details } = document.components.schemas['Problem']?.properties ?? {}
  expect(details?.properties).toMatchObject({
    reason: { type: 'string' },
    issues: { type: 'array', items: { required: ['path', 'message'] } },
  })
})

test('every parameter is explained, unless its values explain it, and every answer is called by its name', () => {
  for (const { path, method, operation } of operations) {
    const unexplained = (operation.parameters ?? []).filter(
      ({ description, schema }) => description === undefined && schema.enum === undefined,
    )
    expect(unexplained, `${method} ${path}`).toEqual([])
    const called = Object.values(operation.responses).map(({ description }) => description)
    expect(called, `${method} ${path}`).not.toContain('Default Response')
  }
})
