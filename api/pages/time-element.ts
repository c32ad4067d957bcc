import { type Html, html } from './html.ts'
import type { Language } from './layout.ts'

const locales = { en: 'en-GB', 'zh-TW': 'zh-TW' } as const

/** A moment as people write it, in UTC: “21 November 2026, 05:04 UTC”. */
export function timeElement(language: Language, moment: Date | string): Html {
  const at = new Date(moment)
  const time = at.toLocaleTimeString(locales[language], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  })
  const separator = language === 'en' ? ',' : ''
  return html`<time datetime="${at.toISOString()}">${dayOf(language, at)}${separator} ${time} UTC</time>`
}

/** Only the day of it. */
export function dayElement(language: Language, moment: Date | string): Html {
  const at = new Date(moment)
  return html`<time datetime="${at.toISOString()}">${dayOf(language, at)}</time>`
}

const dayOf = (language: Language, at: Date): string =>
  at.toLocaleDateString(locales[language], { dateStyle: 'long', timeZone: 'UTC' })
