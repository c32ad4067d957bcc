import { Type } from 'typebox'
import { Incident, IncidentDecision, IncidentQuery } from '../../../domain/contracts/incident.ts'
import { pageOf } from '../../../domain/contracts/page.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { decideIncident, incidentNotFound } from '../../../domain/store/incidents/decide-incident.ts'
import { readIncidents } from '../../../domain/store/incidents/read-incidents.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function listIncidentsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/incidents',
    schema: {
      operationId: 'listIncidents',
      summary: 'Trouble that admins were told of, newest first; what is over is kept for 90 days',
      tags: ['admin'],
      querystring: IncidentQuery,
      response: answers({ 200: pageOf(Incident) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor, state = null } = request.query
      const after = readIdCursor(cursor)
      return pageUntil(await readIncidents(db, { limit, after, state }))
    },
  })
}

export function decideIncidentRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/incidents/:id',
    config: { once: true },
    schema: {
      operationId: 'decideIncident',
      summary: 'Acknowledge an incident, or decide what it waits for',
      description:
        'revision: that of the incident as it was read. 409 INCIDENT_CHANGED when it has changed since, 409 ACTION_NOT_OFFERED for what is not among its actions; both bring the incident as it is now in details.incident. 409 NOBODY_WAITS when all whom it names were decided on, or have taken their request back.',
      tags: ['admin'],
      params: Type.Object({ id: Type.String({ description: 'the id of the incident (UUID)' }) }),
      body: IncidentDecision,
      response: answers({ 200: Incident }, 404, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { id } = request.params
        if (!isUuid(id)) throw incidentNotFound()
        const { removalLimit, mirrorMaxAgeS } = context.settings
        const incident = await decideIncident(tx, {
          incidentId: id.toLowerCase(),
          ...request.body,
          ...byMember(request),
          removalLimit,
          mirrorMaxAgeS,
        })
        return { status: 200, location: null, body: incident }
      }),
  })
}
