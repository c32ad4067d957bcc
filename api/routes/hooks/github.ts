import { Webhooks } from '@octokit/webhooks'
import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { readPayload } from '../../../domain/rules/github/read-payload.ts'
import { takeGithubDelivery } from '../../../domain/store/topics/take-github-delivery.ts'
import type { Context } from '../../context.ts'
import { answersToAll } from '../../plugins/answers.ts'
import { acceptRawBodies } from '../../plugins/raw-bodies.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { tellingOf } from '../../telling.ts'

const form = 'application/x-www-form-urlencoded'
const contentTypes = ['application/json', form]

/** Where GitHub tells what happens in repositories. */
export function takeGithubWebhooksRoute(server: Server, context: Context): void {
  const { githubWebhookSecret: secret } = context.settings
  const webhooks = secret === null ? null : new Webhooks({ secret })
  acceptRawBodies(server, contentTypes)

  server.route({
    method: 'POST',
    url: '/hooks/github',
    config: {
      provesItself: true,
      documented: {
        security: [{ githubSignature: [] }],
        headers: {
          'x-github-event': Type.String({ description: 'What the payload is about, such as workflow_run' }),
          'x-github-delivery': Type.String({ description: 'The id of the delivery' }),
        },
        body: Type.Object({}, { description: 'The payload, as GitHub sends it' }),
        consumes: contentTypes,
      },
    },
    schema: {
      operationId: 'takeGithubWebhooks',
      summary: 'Take in what GitHub tells of repositories',
      description: `The address for a webhook of a repository or an organisation, with either of GitHub’s content types and the secret GITHUB_WEBHOOK_SECRET; without that variable it is off (404). X-Hub-Signature-256 must fit the body (else 401), which may have up to 5 MiB; one of more than 64 KiB, or of a length that it does not say, waits for its turn to be read where many come at once, up to 8 seconds (else 503 LARGE_BODIES_LIMITED). Told of are \`workflow_run\`, \`pull_request\`, \`issues\`, \`release\`, \`push\` and \`ping\`, where the rules for notices say. A delivery that was told before, by its id or its body, changes nothing; one that was ignored may come again as the same event.`,
      tags: ['hooks'],
      response: answersToAll(
        {
          202: Type.Object({
            outcome: Type.Enum(['told', 'known', 'ignored'], {
              description:
                '`known`: it was told before, or comes as another event now; `ignored`: no rule asks for it, it is older than what was told, or nothing is told of such events',
            }),
          }),
        },
        401,
        404,
        413,
        415,
      ),
    },
    onRequest: async (request) => {
      if (webhooks === null)
        throw new Refusal('NOT_FOUND', 'GitHub can’t be heard here: GITHUB_WEBHOOK_SECRET is not set.')
      // Nobody's megabytes are read who does not even say that they are GitHub.
      if (!request.headers['x-hub-signature-256']) await refuse(request)
    },
    handler: async (request, reply) => {
      const { headers, log } = request
      const body = request.rawBody ?? Buffer.alloc(0)
      if (!(await isSigned(webhooks, headers['x-hub-signature-256'], body))) await refuse(request)
      const { event, deliveryId } = namesOf(request)
      const said = readPayload(event, payloadOf(body.toString(), headers['content-type']), new Date())
      if (said === 'unfit') log.warn({ event, deliveryId }, 'a delivery of GitHub lacks what a notice needs')
      const bodyHash = hash('sha256', body, 'buffer')
      const delivery = { source: 'github' as const, event, deliveryId, bodyHash }
      const news = said === 'unfit' || said === 'unsupported' ? null : said
      const outcome = await takeGithubDelivery(context.db, delivery, news, await tellingOf(context))
      return reply.code(202).send({ outcome })
    },
  })

  /** @throws {Refusal} NOT_AUTHENTICATED, or TOO_MANY_REQUESTS where that happened too often. */
  async function refuse(request: FastifyRequest): Promise<never> {
    await server.countUnproven(request)
    throw unsigned()
  }
}

/**
 * Whether GitHub signed these bytes. What is not UTF-8 it never sent: read as text, other bytes than those that were signed could pass
 * for them, and for a delivery that never came.
 */
async function isSigned(
  webhooks: Webhooks | null,
  signature: string | string[] | undefined,
  body: Buffer,
): Promise<boolean> {
  if (webhooks === null || typeof signature !== 'string' || body.length === 0 || !isUtf8(body)) return false
  return webhooks.verify(body.toString(), signature).catch(() => false)
}

const unsigned = () =>
  new Refusal(
    'NOT_AUTHENTICATED',
    'X-Hub-Signature-256 does not fit the body. Give the webhook the secret that is GITHUB_WEBHOOK_SECRET here.',
    { reason: 'SIGNATURE_INVALID' },
  )

/** @throws {Refusal} VALIDATION_ERROR when it does not say what it is. */
function namesOf({ headers }: FastifyRequest): { event: string; deliveryId: string } {
  const event = headers['x-github-event']
  const deliveryId = headers['x-github-delivery']
  const isNamed = [event, deliveryId].every(
    (name) => typeof name === 'string' && /^[\u0021-\u007e]{1,200}$/.test(name),
  )
  if (isNamed) return { event: event as string, deliveryId: deliveryId as string }
  throw new Refusal('VALIDATION_ERROR', 'X-GitHub-Event and X-GitHub-Delivery must be there.')
}

/** @throws {Refusal} VALIDATION_ERROR when it is no object. */
function payloadOf(body: string, contentType: string | undefined): object {
  try {
    const json =
      contentType?.toLowerCase().startsWith(form) === true ? new URLSearchParams(body).get('payload') : body
    const payload: unknown = JSON.parse(json ?? '')
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new Refusal('VALIDATION_ERROR', 'The payload must be an object of JSON.')
}
