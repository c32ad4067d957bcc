import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AlertmanagerMessage } from '../../../domain/contracts/alertmanager.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { hashOf, isHashOf } from '../../../domain/rules/secret-hash.ts'
import { tellAlertGroup } from '../../../domain/store/topics/tell-alert-group.ts'
import type { Context } from '../../context.ts'
import { answersToAll } from '../../plugins/answers.ts'
import { bearerTokenOf } from '../../plugins/authenticate.ts'
import { bodiesUpTo } from '../../plugins/body-limit.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { tellingOf } from '../../telling.ts'

const Taken = Type.Object({
  outcome: Type.Enum(['told', 'known', 'ignored'], {
    description:
      '`known`: nothing has changed; `ignored`: no place is there for it, or it is over and was never told',
  }),
})

/** Where Alertmanager tells which alerts fire and which don't any more. */
export function takeAlertsRoute(server: Server, context: Context): void {
  const { alertmanagerToken } = context.settings
  const tokenHash = alertmanagerToken === null ? null : hashOf(alertmanagerToken)

  server.route({
    method: 'POST',
    url: '/hooks/alertmanager',
    config: {
      provesItself: true,
      bodyTexts: 'any',
      documented: { security: [{ alertmanagerToken: [] }] },
    },
    ...bodiesUpTo(5 * 1024),
    attachValidation: true,
    schema: {
      operationId: 'takeAlerts',
      summary: 'Take in which alerts fire',
      description:
        'The address for a webhook of Alertmanager (version 4), with ALERTMANAGER_TOKEN as its bearer token; without that variable it is off (404). A group of alerts is one notice, which is edited while the group fires; a body may have up to 5 MiB.',
      tags: ['hooks'],
      body: AlertmanagerMessage,
      response: answersToAll({ 202: Taken }, 401, 404, 413, 415),
    },
    onRequest: async (request) => requireToken(server, request, tokenHash),
    handler: async (request, reply) => {
      requireVersionFour(request)
      const telling = await tellingOf(context)
      const outcome = await context.db.transaction((tx) => tellAlertGroup(tx, request.body, telling))
      return reply.code(202).send({ outcome })
    },
  })
}

/** Before the body is read. @throws {Refusal} NOT_FOUND where it is off, NOT_AUTHENTICATED, TOO_MANY_REQUESTS. */
async function requireToken(
  server: Server,
  request: FastifyRequest,
  tokenHash: Buffer | null,
): Promise<void> {
  if (tokenHash === null)
    throw new Refusal('NOT_FOUND', 'Alertmanager can’t be heard here: ALERTMANAGER_TOKEN is not set.')
  const token = bearerTokenOf(request)
  if (token !== null && isHashOf(tokenHash, token)) return
  await server.countUnproven(request)
  throw new Refusal(
    'NOT_AUTHENTICATED',
    'Send what is ALERTMANAGER_TOKEN here as the bearer token: http_config, authorization, credentials in Alertmanager.',
    { reason: 'TOKEN_INVALID' },
  )
}

/** @throws {Refusal} VALIDATION_ERROR saying what is missing. */
function requireVersionFour({ validationError }: FastifyRequest): void {
  if (validationError === undefined) return
  if (!(validationError instanceof Refusal)) throw validationError
  const { issues } = (validationError.details ?? {}) as { issues?: { path: string; message: string }[] }
  const wrong = issues?.map(({ path, message }) => `${path} ${message}`).join('; ') ?? validationError.message
  throw new Refusal(
    'VALIDATION_ERROR',
    `This is not what Alertmanager sends to a webhook in version 4: ${wrong}.`,
    { details: { issues } },
  )
}
