import type { Change } from '../domain/contracts/change.ts'
import { outcomeText } from './outcome.ts'
import { createTranslations, localeFor } from './translate.ts'

const forDiscord = createTranslations({
  escape: (value) => value.replace(/[\\*_~`|>#\-[\]()<@:]/g, '\\$&'),
  command: (name) => `\`/${name}\``,
})
const forMail = createTranslations({ escape: (value) => value, command: (name) => `/${name}` })

/** What became of a change that its member was not told about in time: as a direct message, and as mail. */
export function wordEndedChange(
  change: Change,
  locale: string,
): { content: string; subject: string; text: string } {
  const language = localeFor(locale)
  const plain = outcomeText(forMail[language], change).replace(/\*\*|^-# /gm, '')
  return {
    content: outcomeText(forDiscord[language], change),
    subject: plain.split('\n')[0] ?? '',
    text: plain,
  }
}
