import {
  BerReader,
  BindResponse,
  type Control,
  ExtendedResponse,
  type Message,
  ProtocolOperation,
  SearchEntry,
  SearchReference,
  SearchResponse,
} from 'ldapts'
import { FoundEntry, readFoundEntry } from '../entries/found-entry.ts'

const intermediate = 0x79
const responseName = 0x80
const responseValue = 0x81

/** Something said in the middle of an answer (RFC 4511, section 4.13); the library has none. */
export class IntermediateResponse {
  readonly messageId: number
  name = ''
  value: Buffer | null = null

  constructor({ messageId }: { messageId: number }) {
    this.messageId = messageId
  }

  parse(reader: BerReader): void {
    const end = reader.offset + reader.length
    if (reader.offset < end && reader.peek() === responseName)
      this.name = reader.readString(responseName) ?? ''
    if (reader.offset < end && reader.peek() === responseValue)
      this.value = reader.readString(responseValue, true)
  }
}

type Parsed = Message | IntermediateResponse
export type Answer = Parsed | FoundEntry

const readers: Record<number, new (options: { messageId: number }) => Parsed> = {
  [ProtocolOperation.LDAP_RES_BIND]: BindResponse,
  [ProtocolOperation.LDAP_RES_EXTENSION]: ExtendedResponse,
  [ProtocolOperation.LDAP_RES_SEARCH]: SearchResponse,
  [ProtocolOperation.LDAP_RES_SEARCH_ENTRY]: SearchEntry,
  [ProtocolOperation.LDAP_RES_SEARCH_REF]: SearchReference,
  [intermediate]: IntermediateResponse,
}

/**
 * A whole message as the library's own object, with those of `controls` that it carries; null when it is of a kind that nobody
 * here asks for. The library's own parser stops at the first of these and drops all that came with it. Without `controls` an entry is a
 * `FoundEntry`.
 * @throws {Error} when it is malformed.
 */
export function readMessage(bytes: Buffer, controls?: Control[]): Answer | null {
  const found = controls === undefined ? readFoundEntry(bytes) : null
  if (found !== null) return found
  const reader = new BerReader(bytes)
  reader.readSequence()
  const messageId = reader.readInt()
  const operation = reader.readSequence()
  if (messageId === null || operation === null) throw new Error('a message without a number or a kind')
  const Kind = readers[operation]
  if (!Kind) return null
  const message = new Kind({ messageId })
  message.parse(reader, controls ?? [])
  return message
}
