/** The kinds of messages and mail that bring a code or a link that lets somebody do something. */
export const secretKinds: readonly string[] = ['link.code', 'link.made', 'link.move']

/** Whether what was sent as this kind must not be kept, or sent again, as it is. */
export const bringsSecret = (kind: string): boolean => secretKinds.includes(kind)

/** The token of one of our links: 20 bytes in base64url, as a part of the path. */
const token = /(?<=\/)[\w-]{27}(?![\w-])/g
/** A six-digit code, also written in two halves; not a piece of a longer number or of an entry's version. */
const code = /(?<![\w.#])\d{3} ?\d{3}(?![\w#])/g

/** A text that was sent to somebody, without what it let them do: the tokens of its links, and codes. */
export function strikeSecrets(text: string): string {
  return text.replace(token, '…').replace(code, '…')
}
