import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Wording } from './layout.ts'

/** The hidden value of the form: only the page that this browser was given for this token can know it. */
export const formProofOf = ({ token, secret }: { token: string; secret: string }): string =>
  createHash('sha256').update(`form:${secret}:${token}`).digest('base64url')

/** Whether a form was sent by our own page in the browser that was given it: by Origin, by the cookie and by the hidden value. */
export function comesFromOurForm(
  request: FastifyRequest,
  { token, secret, form, url }: { token: string; secret: string; form: string | undefined; url: string },
): boolean {
  if (!isFromOwnOrigin(request, { url }) || form === undefined) return false
  const expected = Buffer.from(formProofOf({ token, secret }))
  const given = Buffer.from(form)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Whether a form was sent by a page of ours: browsers say where a form comes from, and nobody's script can say otherwise. */
export const isFromOwnOrigin = ({ headers }: FastifyRequest, { url }: { url: string }): boolean =>
  headers.origin === new URL(url).origin

/**
 * What to say of a form that is not ours. Who came to the page by another address than API_URL (`localhost`, `www.`, without TLS) is told
 * where to go on: there every form is refused, however often it is sent. To all else, forms of other sites among it, it is `otherwise`.
 */
export function noticeOfForeignForm(
  request: FastifyRequest,
  { url }: { url: string },
  { texts }: Wording,
  otherwise: string,
): string {
  const { origin = '', host = '' } = request.headers
  if (isFromOwnOrigin(request, { url }) || URL.parse(origin)?.hostname !== hostnameOf(host)) return otherwise
  const [path = ''] = request.url.split('?')
  return texts.refused.address(url + path)
}

/** A proxy may leave the port out, so it is not compared. */
const hostnameOf = (host: string): string | null => URL.parse(`http://${host}`)?.hostname ?? null
