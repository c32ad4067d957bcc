import type { DirectoryConfig } from '../connection/connect-options.ts'
import type { Connection } from '../connection/connection.ts'
import { dnKey } from '../entries/dn-key.ts'
import { texts } from '../entries/entry-values.ts'
import { readOne } from '../search/search.ts'

/**
 * The versions of the naming contexts of people and lists (`contextCSN`), sorted: one for each server that takes writes, none
 * where the server has no such thing.
 */
export async function readContextCsns(config: DirectoryConfig, connection: Connection): Promise<string[]> {
  const root = await readOne(connection, '', ['namingContexts'])
  const contexts = root ? texts(root, 'namingContexts') : []
  const bases = [config.peopleBase, config.listsBase].flatMap((base) => contextOf(base, contexts) ?? [])
  const csns: string[] = []
  for (const context of new Set(bases)) {
    const entry = await readOne(connection, context, ['contextCSN'])
    if (entry) csns.push(...texts(entry, 'contextCSN'))
  }
  return csns.sort()
}

const serverOf = (csn: string): string => csn.split('#')[2] ?? ''

/**
 * From which versions on to ask for what changed between two answers of `readContextCsn`: those of servers that wrote something since; of
 * all, where a server writes that did not before. Null when a server went back: what it shows now may have any version.
 */
export function csnsChanged(covered: string, now: string): string | null {
  const [before, after] = [covered.split(','), now.split(',')]
  const old = before.filter((csn) => !after.includes(csn)).sort()
  const fresh = after.filter((csn) => !before.includes(csn)).sort()
  const byServer = Map.groupBy(fresh, serverOf)
  for (const csn of old) {
    const next = byServer.get(serverOf(csn))?.shift()
    if (next === undefined || next < csn) return null
  }
  const isFromNew = [...byServer.values()].some((csns) => csns.length > 0)
  return (isFromNew || old.length === 0 ? before : old).join(',')
}

/** The longest context that `base` is in. */
function contextOf(base: string, contexts: readonly string[]): string | undefined {
  const key = `,${dnKey(base)}`
  const around = contexts.filter((context) => context !== '' && key.endsWith(`,${dnKey(context)}`))
  return around.toSorted((one, other) => other.length - one.length)[0]
}
