import type { IncomingMessage } from 'node:http'
import { type RefusalCode, refusalStatus } from '../../domain/contracts/refusal.ts'

export type Call = {
  method: string
  /** Below /api/v1, with its query. */
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

/** A problem as the API words it. */
export function problem(
  code: RefusalCode,
  details?: Record<string, unknown>,
  headers: Record<string, string> = {},
): Answer {
  const status = refusalStatus[code]
  const body = { type: 'about:blank', title: code, status, detail: `Said by the API: ${code}`, code }
  return { status, body: details ? { ...body, details } : body, headers }
}
