import type { FastifyRequest } from 'fastify'
import type { Origin } from '../../domain/store/audit/write-audit.ts'
import { type Caller, callerOf, memberOf } from './authenticate.ts'

/** Where a call came from, for the audit. The bot's own address would say nothing about who asks. */
export const originOf = ({ id, ip, caller }: FastifyRequest): Origin => ({
  requestId: id,
  address: caller?.door === 'discord' ? null : ip,
})

/** Who asks for a write and from where, for the audit. @throws as `memberOf` does. */
export const byMember = (request: FastifyRequest): { memberId: string; via: Caller['via'] } & Origin => ({
  memberId: memberOf(request).id,
  via: callerOf(request).via,
  ...originOf(request),
})

/** The same for what an admin decides. */
export const byAdmin = (request: FastifyRequest): { adminId: string; via: Caller['via'] } & Origin => {
  const { memberId: adminId, ...how } = byMember(request)
  return { adminId, ...how }
}
