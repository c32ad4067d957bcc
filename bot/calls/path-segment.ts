import { ApiRefusal } from '../call-api.ts'

/**
 * A list's or a person's name inside an address. `.` and `..` would climb in the address even when encoded (WHATWG URL), and nobody
 * and nothing is called that, so the answer is the one that the API would give.
 * @throws {ApiRefusal} NOT_FOUND
 */
export function asPathSegment(name: string, reason = 'LIST_NOT_FOUND'): string {
  if (name === '.' || name === '..' || name === '')
    throw new ApiRefusal(
      {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'There is nothing of that name.',
        code: 'NOT_FOUND',
        details: { reason },
      },
      undefined,
    )
  return encodeURIComponent(name.toWellFormed())
}
