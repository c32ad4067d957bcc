import { alertsEn } from './alerts.en.ts'
import { alertsZhTw } from './alerts.zh-TW.ts'
import type { Locale } from './translate.ts'

const alerts = { en: alertsEn, 'zh-TW': alertsZhTw }

/** The alert that more people are gone from the directory than leave it in a day. A channel has no language: English. */
export function wordManyGone(
  facts: { gone: number; linked: number },
  locale: Locale = 'en',
): { content: string; subject: string; text: string } {
  const { subject, wrong, mend } = alerts[locale].manyGone(facts)
  return { content: `⚠️ **${subject}**\n${wrong}\n${mend}`, subject, text: `${wrong}\n\n${mend}\n` }
}
