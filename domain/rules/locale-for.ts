import type { Locale } from '../contracts/locale.ts'

/** The language for a locale that Discord or a browser names: Chinese readers get zh-TW, everybody else English. */
export function localeFor(tag: string): Locale {
  return tag.toLowerCase().startsWith('zh') ? 'zh-TW' : 'en'
}
