import type { FastifyRequest } from 'fastify'
import type { Origin } from '../../domain/store/audit/write-audit.ts'

/** Where a call came from, for the audit. The bot's own address would say nothing about who asks. */
export const originOf = ({ id, ip, caller }: FastifyRequest): Origin => ({
  requestId: id,
  address: caller?.door === 'discord' ? null : ip,
})
