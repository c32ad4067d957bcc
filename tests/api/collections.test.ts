import { describe, expect, test } from 'vitest'
import { gatherCast } from './cast.ts'
import { type Described, describedBy, type Schema } from './openapi.ts'

const cast = await gatherCast()
for (const branch of ['main', 'release/*', 'next'])
  await cast.api.server.inject({
    method: 'POST',
    url: '/api/v1/admin/notice-rules',
    headers: cast.as['admin by token'],
    payload: { source: 'github', branch, place: { kind: 'nowhere' } },
  })
const { operations, schemas } = await describedBy(cast.api)

/** What the contract itself answers with `{items}`: all lists at once, with an ETag. */
const whole = ['GET /api/v1/user/subscriptions']

const resolved = (schema: Schema): Schema => {
  const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema['$ref']))?.[1]
  return name === undefined ? schema : resolved(schemas[name] ?? {})
}

const answerOf = ({ answers }: Described): Schema =>
  resolved(answers['200']?.content?.['application/json']?.schema ?? {})

const isCollection = (operation: Described): boolean => {
  const { type, properties = {} } = answerOf(operation) as { type?: string; properties?: object }
  return operation.method === 'GET' && (type === 'array' || 'items' in properties)
}

const collections = operations.filter(isCollection)
const paged = collections.filter(({ operation }) => !whole.includes(operation))

test('what the contract answers whole has nothing but its items', () => {
  const answered = collections.filter(({ operation }) => whole.includes(operation))
  expect(answered.map((one) => Object.keys(answerOf(one)['properties'] ?? {}))).toEqual(
    whole.map(() => ['items']),
  )
  expect(paged.length).toBeGreaterThan(10)
})

describe.each(paged)('$operation', (described) => {
  const { method, path, parameters } = described
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => cast.known[name] ?? '')
  const ask = (query: string) =>
    cast.api.server.inject({ method, url: `${url}?${query}`, headers: cast.as['admin in the browser'] })
  const pageOf = async (query: string) => {
    const answer = await ask(query)
    expect([query, answer.statusCode]).toEqual([query, 200])
    return answer.json<{ items: unknown[]; nextCursor: string | null }>()
  }

  test('takes limit and cursor, as the document says', () => {
    const taken = new Map(parameters.map((parameter) => [parameter.name, parameter]))
    expect(taken.get('limit')).toMatchObject({
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    })
    expect(taken.get('cursor')).toMatchObject({ in: 'query', schema: { type: 'string' } })
    expect([taken.get('limit')?.required, taken.get('cursor')?.required]).not.toContain(true)
  })

  test('answers items and nextCursor, as the document says', () => {
    const { type, required, properties } = answerOf(described) as {
      type: string
      required: string[]
      properties: Record<string, Schema>
    }
    expect(type).toBe('object')
    expect(required).toEqual(expect.arrayContaining(['items', 'nextCursor']))
    expect(properties['items']).toMatchObject({ type: 'array' })
    expect(properties['nextCursor']).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] })
  })

  test('gives the same page by page, without a gap or a repetition', async () => {
    const leafed: unknown[] = []
    let query = 'limit=1'
    for (let isLast = false; !isLast;) {
      const { items, nextCursor } = await pageOf(query)
      leafed.push(...items)
      query = `limit=1&cursor=${encodeURIComponent(nextCursor ?? '')}`
      isLast = nextCursor === null
    }
    expect(leafed).toEqual((await pageOf('limit=200')).items)
  })

  test('gives from 1 to 200 at once, and 50 unless it is said', async () => {
    const [one, most, usual] = await Promise.all([pageOf('limit=1'), pageOf('limit=200'), pageOf('')])
    expect(one.items).toEqual(most.items.slice(0, 1))
    expect(most.nextCursor).toBeNull()
    expect(usual.items).toEqual(most.items.slice(0, 50))
  })

  test.each(['limit=0', 'limit=201', 'limit=1.5', 'limit=many', 'cursor=broken', 'cursor=WyJhIl1'])(
    '%s is 400',
    async (query) => {
      expect((await ask(query)).statusCode).toBe(400)
    },
  )
})
