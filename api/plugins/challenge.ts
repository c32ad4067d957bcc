import { bearerTokenOf } from './authenticate.ts'
import type { Server } from './typed-server.ts'

const challenge = 'Bearer realm="guildpost"'

/**
 * Says with every 401 by which scheme one may authenticate, as it must (RFC 9110, section 11.6.1), and whether the token that came was the
 * wrong one (RFC 6750, section 3). Browsers, which have their own way, show no window for this scheme.
 */
export function addChallenge(server: Server): void {
  server.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode === 401)
      reply.header(
        'www-authenticate',
        bearerTokenOf(request) === null ? challenge : `${challenge}, error="invalid_token"`,
      )
    done()
  })
}
