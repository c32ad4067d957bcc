import type { Locale } from '../../contracts/locale.ts'
import { localeFor } from '../../rules/locale-for.ts'
import { within } from '../../rules/within.ts'
import { type Database, type DatabaseOrTransaction, rows } from '../database.ts'

/** The language of what is said in the Discord server's channels: the server's own, as the bot last saw it; English until then. */
export async function readLocale(db: DatabaseOrTransaction): Promise<Locale> {
  const [installation] = await rows<{ locale: string | null }>(db, 'select locale from installation')
  return localeFor(installation?.locale ?? 'en')
}

/** The language of who has this Discord account; English while nobody is known by it. */
export async function readAccountLocale(db: Database, discordUserId: string): Promise<Locale> {
  const [link] = await rows<{ locale: string }>(
    db,
    'select locale from discord_link where discord_user_id = :discordUserId order by linked_at desc limit 1',
    { discordUserId },
  )
  return localeFor(link?.locale ?? 'en')
}

const keptMs = 60_000
const deadlineMs = 2000
const lastRead = new WeakMap<Database, { locale: Locale; at: number }>()

/** The same, at most a minute old, or what it last was where Postgres does not say. Never throws: there is something more urgent to be told. */
export async function knownLocale(db: Database): Promise<Locale> {
  const known = lastRead.get(db)
  if (known !== undefined && performance.now() - known.at < keptMs) return known.locale
  try {
    const locale = await within(deadlineMs, () => readLocale(db))
    lastRead.set(db, { locale, at: performance.now() })
    return locale
  } catch {
    return known?.locale ?? 'en'
  }
}
