import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Problem } from '../../domain/contracts/problem.ts'

type Mistake = { status: 400 | 408 | 431; code: string; detail: string }

const timeout: Mistake = {
  status: 408,
  code: 'REQUEST_TIMEOUT',
  detail: 'The request did not arrive in time.',
}
const headTooLarge: Mistake = {
  status: 431,
  code: 'VALIDATION_ERROR',
  detail: 'The head of the request is too large: at most 16 KiB.',
}
const unreadable: Mistake = {
  status: 400,
  code: 'VALIDATION_ERROR',
  detail: 'This is no HTTP request that can be read.',
}

/**
 * Answers what never became a request (malformed, too large, too slow) with problem details, like everything else, and hangs up.
 * Nothing of it is logged: the error holds the bytes that came, whatever secrets they have.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable && !hasBegunToAnswer(socket)) socket.write(answerFor(mistakeOf(error.code)))
  socket.destroy()
}

function mistakeOf(code: string | undefined): Mistake {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return timeout
  return code === 'HPE_HEADER_OVERFLOW' ? headTooLarge : unreadable
}

/** Node keeps the answer that is under way on the socket; a second one in the middle of it would be read as its end. */
function hasBegunToAnswer(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse }
  return answer?.headersSent === true
}

function answerFor({ status, code, detail }: Mistake): string {
  const title = STATUS_CODES[status] ?? ''
  const problem: Problem = { type: 'about:blank', title, status, detail, code }
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
