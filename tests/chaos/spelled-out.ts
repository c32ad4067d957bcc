/** Whether this is the message that somebody looks out for. */
export type Said = (text: string) => boolean

/** `P`, its length, a name, the statement. */
const parse = /P[^]{4}(guildpost_\d+)\0([^\0]*)\0/g
/** `B`, its length, no portal, a name. */
const bind = /B[^]{4}\0(guildpost_\d+)\0/g

/**
 * What a client says on one connection, as text. A statement is sent to Postgres once and goes by its name from then on: here its text
 * follows each time.
 */
export function spelledOut(): (data: Buffer) => string {
  const statements = new Map<string, string>()
  return (data) => {
    const said = data.toString('latin1')
    for (const [, name = '', text = ''] of said.matchAll(parse)) statements.set(name, text)
    const meant = [...said.matchAll(bind)].map(([, name = '']) => statements.get(name) ?? '')
    return [said, ...meant].join('\n')
  }
}

/** Says all of these, in this order. */
export function says(...parts: string[]): Said {
  return (text) => {
    let from = 0
    return parts.every((part) => {
      const at = text.indexOf(part, from)
      from = at + part.length
      return at >= 0
    })
  }
}
