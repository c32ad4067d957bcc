/**
 * A link as people may be given it: http or https, without a name that could pass for the host, and written so that it neither ends early
 * in Markdown nor mentions anyone. Null for anything else.
 */
export function webAddress(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text.length > 2000) return null
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  if (url.username !== '' || url.password !== '' || !plainHost.test(url.host)) return null
  return url.origin + `${url.pathname}${url.search}${url.hash}`.replaceAll(meaningful, percent)
}

/** In a host nothing can be encoded: an IPv6 address has its brackets, and any other sign has no place there. */
const plainHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i
const meaningful = /[()[\]<>|`*\\]|@(?=everyone|here)/gi
const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
