import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusalStatus } from '../../domain/contracts/refusal.ts'
import { requestTo } from './arbitrary.ts'
import { gatherCast } from './cast.ts'
import { type Described, describedBy } from './openapi.ts'

/** The same requests every time; another seed looks elsewhere: FUZZ_SEED=7 vitest run tests/api/fuzz.test.ts */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121)
const requestsEach = 100
const restoreEvery = 10

const cast = await gatherCast()
const { operations, schemas } = await describedBy(cast.api)
const ajv = new Ajv2020({ strict: false, validateFormats: true })
formats.default(ajv)
ajv.addSchema({ $id: 'document', components: { schemas } })

describe.each(operations)('$operation', (described) => {
  const conforms = answerChecks(described)

  test('answers whatever is sent as its description says', async () => {
    let asked = 0
    await fc.assert(
      fc.asyncProperty(requestTo(described, schemas, cast.known), async ({ caller, path, headers, body }) => {
        if (asked % restoreEvery === 0) await cast.restore()
        asked += 1
        const answer = await cast.api.server.inject({
          method: described.method,
          url: path,
          headers: { ...cast.as[caller], ...headers },
          ...(body === null ? {} : { payload: body }),
        })
        const type = answer.headers['content-type'] ?? ''
        const { statusCode: status, headers: heads, body: text } = answer
        expect(conforms({ status, type, body: text, headers: Object.keys(heads) })).toBeNull()
        // Nothing that is only ours gets out: no statement, no stack, no file.
        expect(answer.body).not.toMatch(/select .* from |node_modules|at async|\.ts:\d/i)
      }),
      { seed, numRuns: requestsEach, endOnFailure: true },
    )
    expect(asked).toBe(requestsEach)
    expect(Object.prototype).not.toHaveProperty('isAdmin')
  })
})

type Answer = { status: number; type: string; body: string; headers: string[] }

/** What a program acts on. Others come with every answer, whatever it is about. */
const telling =
  /^(allow|content-disposition|etag|idempotent-replayed|location|ratelimit-.+|retry-after|set-cookie|www-authenticate)$/

/** Tells what is wrong with an answer by the document; null when it is as described. */
function answerChecks({ answers }: Described): (answer: Answer) => string | null {
  const checks = new Map(
    Object.entries(answers).map(([status, { content = {}, headers = {} }]) => {
      const [type = null] = Object.keys(content)
      const schema = type === null ? undefined : content[type]?.schema
      return [
        Number(status),
        {
          type,
          check: schema && type?.includes('json') ? ajv.compile(inDocument(schema)) : null,
          headers: new Set(Object.keys(headers).map((name) => name.toLowerCase())),
        },
      ]
    }),
  )
  return ({ status, type, body, headers }) => {
    const found = checks.get(status)
    if (!found) return `${status} is not described: ${body}`
    const untold = headers.filter((name) => telling.test(name) && !found.headers.has(name))
    if (untold.length > 0) return `${status} has ${untold.join()}, which is not described: ${body}`
    if (status >= 500) return `${status}: ${body}`
    if (found.type === null) return body === '' ? null : `${status} has a body: ${body}`
    if (!type.startsWith(found.type)) return `${status} comes as ${type}`
    if (!found.check) return null
    const value: unknown = JSON.parse(body)
    if (!found.check(value))
      return `${status} does not conform: ${ajv.errorsText(found.check.errors)} in ${body}`
    return status >= 400 ? problemWithProblem(status, value) : null
  }
}

/** References of the document, as they are found from one of its schemas. */
const inDocument = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object

function problemWithProblem(status: number, value: unknown): string | null {
  const { code, status: said } = value as { code: keyof typeof refusalStatus; status: number }
  return said === status && refusalStatus[code] === status ? null : `${status} says ${said} ${code}`
}
