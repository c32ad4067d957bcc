/** Of bytes. A list of a million members has about 60 million; no server means a message that is longer. */
const longestMessage = 2 ** 28

/**
 * Puts bytes together to whole LDAP messages (RFC 4511, section 5.1), wherever the network cut them: each call takes what
 * arrived and gives the messages that are complete now.
 * The function throws when what arrives is no LDAP.
 */
export function createFrames(): (chunk: Buffer) => Buffer[] {
  let waiting: Buffer[] = []
  let held = 0
  /** How many bytes must be there before it is worth looking again. */
  let needed = 0

  return (chunk) => {
    waiting.push(chunk)
    held += chunk.length
    if (held < needed) return []
    // Joined only when a message can be complete: one that comes in a thousand pieces is copied once.
    let bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting)
    const messages: Buffer[] = []
    for (;;) {
      const length = lengthOf(bytes)
      needed = length ?? bytes.length + 1
      if (length === null || length > bytes.length) break
      messages.push(bytes.subarray(0, length))
      bytes = bytes.subarray(length)
    }
    waiting = bytes.length > 0 ? [bytes] : []
    held = bytes.length
    return messages
  }
}

/** Of the message that begins here, with its head; null when not even the head is complete. */
function lengthOf(bytes: Buffer): number | null {
  const [tag, first] = bytes
  if (tag === undefined) return null
  if (tag !== 0x30) throw new Error(`this is no LDAP: a message begins with 0x${tag.toString(16)}`)
  if (first === undefined) return null
  if (first < 0x80) return 2 + first
  const size = first - 0x80
  if (size < 1 || size > 4) throw new Error('this is no LDAP: a message without a proper length')
  if (bytes.length < 2 + size) return null
  const length = 2 + size + bytes.readUIntBE(2, size)
  if (length > longestMessage) throw new Error(`a message of ${length} bytes is too long`)
  return length
}
