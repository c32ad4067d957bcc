/**
 * One spelling for all spellings of a DN (RFC 4514), for comparing only: types and values in lower case, escapes resolved,
 * spaces folded, the parts of a multi-valued RDN sorted. Naming attributes are taken to ignore case, as all the usual
 * ones do. What is no DN stays as it is, in lower case.
 */
export function dnKey(dn: string): string {
  const lower = dn.toLowerCase()
  // A value may have an equals sign, escaped or not, and a type has more names than one (RFC 4514, section 2.4).
  if (/[\\"+]|=[^,;]*=/.test(dn) || otherName.test(lower)) return splitOn(dn, ',;').map(rdnKey).join(',')
  // Most are spelled like their key already, and a full read asks for tens of thousands.
  if (/^[a-z0-9=,._@-]*$/.test(lower)) return lower
  return lower
    .normalize('NFKC')
    .split(/\s*[,;]\s*/)
    .map((rdn) => foldBlanks(rdn.replace(/\s*=\s*/, '=')))
    .join(',')
}

/** The types that entries are usually named by, under the other names that they go by (RFC 4519, section 2). */
const shortNames = new Map(
  [
    ['cn', 'commonname', '2.5.4.3'],
    ['l', 'localityname', '2.5.4.7'],
    ['st', 'stateorprovincename', '2.5.4.8'],
    ['street', 'streetaddress', '2.5.4.9'],
    ['o', 'organizationname', '2.5.4.10'],
    ['ou', 'organizationalunitname', '2.5.4.11'],
    ['c', 'countryname', '2.5.4.6'],
    ['sn', 'surname', '2.5.4.4'],
    ['dc', 'domaincomponent', '0.9.2342.19200300.100.1.25'],
    ['uid', 'userid', '0.9.2342.19200300.100.1.1'],
  ].flatMap(([short = '', ...others]) => others.map((other) => [other, short] as const)),
)
const otherName = new RegExp(
  `(?:^|[,;])\\s*(?:${[...shortNames.keys()].map((name) => name.replaceAll('.', '\\.')).join('|')})\\s*=`,
)

function rdnKey(rdn: string): string {
  return splitOn(rdn, '+')
    .map((part) => {
      const equals = part.indexOf('=')
      if (equals < 0) return part.trim().toLowerCase()
      const type = part.slice(0, equals).trim().toLowerCase()
      return `${shortNames.get(type) ?? type}=${escape(
        foldBlanks(
          unescape(part.slice(equals + 1).trim())
            .toLowerCase()
            .normalize('NFKC'),
        ),
      )}`
    })
    .sort()
    .join('+')
}

/** Splits where one of the separators stands unescaped and outside quotes. */
function splitOn(text: string, separators: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '\\') at += 1
    else if (char === '"') quoted = !quoted
    else if (!quoted && separators.includes(char)) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

function unescape(value: string): string {
  const bare = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  const bytes: Buffer[] = []
  for (let at = 0; at < bare.length; at += 1) {
    const hex = bare[at] === '\\' ? /^[0-9a-f]{2}/i.exec(bare.slice(at + 1, at + 3)) : null
    if (hex) {
      bytes.push(Buffer.from(hex[0], 'hex'))
      at += 2
    } else {
      if (bare[at] === '\\') at += 1
      const codePoint = bare.codePointAt(at)
      if (codePoint === undefined) break
      const char = String.fromCodePoint(codePoint)
      bytes.push(Buffer.from(char))
      at += char.length - 1
    }
  }
  return Buffer.concat(bytes).toString('utf8')
}

/** Tabs and ends of lines too, unlike `foldSpaces`. */
const foldBlanks = (text: string): string => text.trim().replace(/\s+/g, ' ')
const escape = (text: string): string => text.replace(/[\\,;+"=]/g, (char) => `\\${char}`)
