import { type DatabaseOrTransaction, rows } from '../database.ts'

/** Keeps the language of the Discord server, as the bot sees it (`en-US`, `zh-TW` …). */
export async function writeLocale(db: DatabaseOrTransaction, locale: string): Promise<void> {
  await rows(db, 'update installation set locale = :locale where locale is distinct from :locale', { locale })
}
