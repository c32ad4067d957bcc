const host = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i

/** An address as Discord takes it for something that can be clicked, at most `length` characters long; null for what leads nowhere in the web. */
export function linkOf(url: string | null, length: number): string | null {
  const parsed = url === null ? null : URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null
  // Who reads would take the name before the @ for where it leads.
  if (parsed.username !== '' || parsed.password !== '' || !host.test(parsed.host)) return null
  // Discord refuses the whole message for an address without a dot in its host.
  if (!parsed.hostname.includes('.')) return null
  const { origin, pathname, search, hash } = parsed
  const link = [origin, encoded(pathname), encoded(search), hash && `#${encoded(hash.slice(1))}`].join('')
  return link.length <= length ? link : null
}

/** RFC 3986 allows fewer characters in an address than browsers do. */
const encoded = (part: string) =>
  part.replaceAll(/%(?![\da-f]{2})/gi, '%25').replaceAll(/[^\w\-.~:/?@!$&'()*+,;=%]/g, encodeURIComponent)
