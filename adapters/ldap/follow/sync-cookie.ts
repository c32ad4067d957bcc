const asBase64 = 'base64:'

/** Cookies are text with the servers that there are, and stay readable; any bytes come back as they were. */
export function cookieText(cookie: Buffer): string {
  const text = cookie.toString('latin1')
  const isReadable = /^[\x20-\x7e]+$/.test(text) && !text.startsWith(asBase64)
  return isReadable ? text : asBase64 + cookie.toString('base64')
}

/** What `cookieText` made text of. */
export function cookieBytes(text: string): Buffer {
  return text.startsWith(asBase64)
    ? Buffer.from(text.slice(asBase64.length), 'base64')
    : Buffer.from(text, 'utf8')
}

/**
 * True when a cookie of OpenLDAP's kind already stands for this version, so that a server that understood it would not name
 * the entry again. That is the only sign there is: OpenLDAP takes a cookie that it can't read for none, and says nothing.
 */
export function isCovered(version: string, cookie: string): boolean {
  const [time, , server] = version.split('#')
  if (!time || server === undefined) return false
  const csns = cookie.match(/\d{14}\.\d{6}Z#[0-9a-f]{6}#[0-9a-f]{3}#[0-9a-f]{6}/gi) ?? []
  return csns.length === 0 || csns.some((csn) => csn.split('#')[2] === server && version <= csn)
}

/**
 * True for a cookie that no server goes on from: 389 Directory Server puts minus one (of 32 bits) where it does not know the number
 * of a change yet, and later refuses it. The one before it still stands.
 */
export const isUseless = (cookie: Buffer): boolean =>
  cookie.length === 0 || cookie.toString('latin1').endsWith('#4294967295')
