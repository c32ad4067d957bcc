import type { Socket } from 'node:net'
import { BerReader, ExtendedRequest, ExtendedResponse, ProtocolOperation, StatusCodeParser } from 'ldapts'

const startTlsOid = '1.3.6.1.4.1.1466.20037'
const messageId = 1
/** Of bytes; such an answer has a few dozen. */
const longestAnswer = 4096

/**
 * Asks for TLS on an open connection (RFC 4511, section 4.14); the handshake may begin when it returns. Nothing else was sent
 * then, and nothing else received: what somebody says before TLS stands could come from anybody.
 * @throws {StartTlsRefused} when the server says no. @throws {Error} when it says anything else.
 */
export async function startTls(socket: Socket): Promise<void> {
  socket.write(new ExtendedRequest({ messageId, oid: startTlsOid }).write())
  let said = Buffer.alloc(0)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    said = Buffer.concat([said, chunk as Buffer])
    const answer = answerIn(said)
    if (answer?.status === 0) return
    if (answer) throw new StartTlsRefused(StatusCodeParser.parse(answer).message)
    if (said.length > longestAnswer) throw new Error('what the server says to StartTLS has no end')
  }
  throw new Error('the server closed the connection instead of beginning TLS')
}

/** The server will not begin TLS; what it said is the message. */
export class StartTlsRefused extends Error {
  override readonly name = 'StartTlsRefused'
}

/** Null as long as it is not there completely. @throws {Error} when it is something else, or not alone. */
function answerIn(said: Buffer): ExtendedResponse | null {
  const reader = new BerReader(said)
  if (reader.readSequence() === null || reader.remain < reader.length) return null
  if (reader.remain > reader.length)
    throw new Error('the server said more than it was asked before TLS stood')
  const answersTo = reader.readInt()
  if (reader.readSequence() !== ProtocolOperation.LDAP_RES_EXTENSION)
    throw new Error('the server did not answer to StartTLS but something else')
  const answer = new ExtendedResponse({ messageId })
  answer.parse(reader, [])
  // With number 0 it says why it is about to close the connection (section 4.4.1): that is no success.
  if (answersTo !== messageId && answer.status === 0) throw new Error('the server did not answer to StartTLS')
  return answer
}
