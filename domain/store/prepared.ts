/** A statement as Postgres prepares it: its text with numbered parameters, and which binding each number is. */
export type Prepared = { name: string; text: string; parameters: readonly string[] }

const known = new Map<string, Prepared>()

/**
 * The prepared form of a statement with named bindings (`:name`); each statement is worked out once and has a name of its
 * own, under which every connection parses and plans it once. So its text must be constant: values belong in bindings.
 */
export function preparedFrom(sql: string, bindings: Readonly<Record<string, unknown>>): Prepared {
  const found = known.get(sql)
  if (found) return found
  const parameters: string[] = []
  // `::type` is a cast, and what is no binding is something else with a colon.
  const text = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (whole, name: string) =>
    Object.hasOwn(bindings, name) ? `$${parameters.push(name)}` : whole,
  )
  const prepared = { name: `guildpost_${known.size}`, text, parameters }
  known.set(sql, prepared)
  return prepared
}
