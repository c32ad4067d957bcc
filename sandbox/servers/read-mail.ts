export type Mail = {
  /** The sender and the recipients of the envelope, not of the header. */
  from: string
  to: string[]
  subject: string
  /** By name in lower case; of several with one name the first. */
  headers: Record<string, string>
  /** The plain text; of a message with HTML alone that. */
  text: string
  html: string | null
  /** As it came. */
  source: string
}

type Part = { headers: Record<string, string>; body: string }

/** Reads enough of a message (RFC 5322, MIME) to show it to a person or a test. Not for mail from strangers. */
export function readMail(source: string, envelope: { from: string; to: string[] }): Mail {
  const whole = partOf(source.replaceAll('\r\n', '\n'))
  const leaves = leavesOf(whole)
  const plain = leaves.find((part) => typeOf(part) === 'text/plain')
  const html = leaves.find((part) => typeOf(part) === 'text/html')
  const htmlText = html === undefined ? null : decodeBody(html)
  return {
    ...envelope,
    subject: decodeWords(whole.headers['subject'] ?? ''),
    headers: whole.headers,
    text: plain === undefined ? (htmlText ?? '') : decodeBody(plain),
    html: htmlText,
    source,
  }
}

function partOf(source: string): Part {
  const end = source.indexOf('\n\n')
  const head = end < 0 ? source : source.slice(0, end)
  const headers: Record<string, string> = {}
  for (const line of head.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim()
  }
  return { headers, body: end < 0 ? '' : source.slice(end + 2) }
}

function leavesOf(part: Part): Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(part.headers['content-type'] ?? '')?.[1]
  if (boundary === undefined) return [part]
  const pieces = `\n${part.body}`.split(`\n--${boundary}`).slice(1)
  // The last piece begins with the two dashes that close the message.
  return pieces
    .filter((piece) => !piece.startsWith('--'))
    .flatMap((piece) => leavesOf(partOf(piece.replace(/^\s*?\n/, ''))))
}

function typeOf(part: Part): string {
  return (part.headers['content-type'] ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? ''
}

function decodeBody({ headers, body }: Part): string {
  const encoding = headers['content-transfer-encoding']?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  return encoding === 'quoted-printable' ? decodeQuoted(body.replaceAll(/=\n/g, '')) : body
}

/** RFC 2047: `=?UTF-8?Q?…?=`; the space between two such words is no part of the text. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : decodeQuoted(word.replaceAll('_', ' ')),
    )
}

function decodeQuoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString()
}
