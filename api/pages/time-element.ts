import { zoneName } from '../../texts/site-time.ts'
import { type Html, html } from '../../texts/html.ts'
import type { Language } from './layout.ts'

/** How the times of a page are written. */
export type Clock = { language: Language; timeZone: string }

const locales = { en: 'en-GB', 'zh-TW': 'zh-TW' } as const

/** A moment as people write it, with its zone: “21 November 2026, 05:04 UTC”. */
export function timeElement(clock: Clock, moment: Date | string): Html {
  const { language, timeZone } = clock
  const at = new Date(moment)
  const time = at.toLocaleTimeString(locales[language], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  })
  const separator = language === 'en' ? ',' : ''
  const zone = zoneName(at, timeZone)
  return html`<time datetime="${at.toISOString()}">${dayOf(clock, at)}${separator} ${time} ${zone}</time>`
}

/** Only the day of it. */
export function dayElement(clock: Clock, moment: Date | string): Html {
  const at = new Date(moment)
  return html`<time datetime="${at.toISOString()}">${dayOf(clock, at)}</time>`
}

const dayOf = ({ language, timeZone }: Clock, at: Date): string =>
  at.toLocaleDateString(locales[language], { dateStyle: 'long', timeZone })
