import { createInstance } from 'i18next'
import type { Locale } from '../domain/contracts/locale.ts'
import { localeFor } from '../domain/rules/locale-for.ts'
import { en } from './en.ts'
import { zhTW } from './zh-TW.ts'

export type { Locale }
export { localeFor }
export const locales: readonly Locale[] = ['en', 'zh-TW']

export type TextKey = keyof typeof en

/** One text in one language. The compiler asks for exactly the values that the English text names. */
export type Translate = <Key extends TextKey>(key: Key, ...values: ValuesFor<Key>) => string

type ValuesFor<Key extends TextKey> = [Named<(typeof en)[Key]>] extends [never]
  ? []
  : [Record<Named<(typeof en)[Key]>, string | number>]

/** The names in `{{…}}`, without the commands, which are always known. */
type Named<Text extends string> = Text extends `${string}{{${infer Inside}}}${infer Rest}`
  ? Exclude<Inside extends `- ${infer Bare}` ? Bare : Inside, `/${string}`> | Named<Rest>
  : never

/**
 * The texts in every language. `escape` makes a value harmless where the text will be shown; `command` writes a command
 * so that a reader can click it.
 */
export function createTranslations(options: {
  escape: (value: string) => string
  command: (name: string) => string
}): Record<Locale, Translate> {
  const i18n = createInstance()
  void i18n.init({
    initAsync: false,
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-TW': { translation: zhTW } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escape: options.escape, escapeValue: true },
  })
  return { en: translator('en'), 'zh-TW': translator('zh-TW') }

  function translator(locale: Locale): Translate {
    const fixed = i18n.getFixedT(locale) as (key: string, values: object) => string
    return (key, ...[values]) => fixed(key, { ...commandsIn(key, options.command), ...values })
  }
}

function commandsIn(key: TextKey, command: (name: string) => string): Record<string, string> {
  const names = [...en[key].matchAll(/\{\{- \/([a-z]+(?: [a-z]+){0,2})\}\}/g)].map(([, name]) => name ?? '')
  return Object.fromEntries(names.map((name) => [`/${name}`, command(name)]))
}
