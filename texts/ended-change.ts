import type { Change } from '../domain/contracts/change.ts'
import { outcomeText } from './outcome.ts'
import { inMail, inMessage, plainOf } from './sent-later.ts'
import { localeFor } from './translate.ts'

/** What became of a change that its member was not told about in time: as a direct message, and as mail. */
export function wordEndedChange(
  change: Change,
  locale: string,
): { content: string; subject: string; text: string } {
  const language = localeFor(locale)
  const plain = plainOf(outcomeText(inMail[language], change))
  return {
    content: outcomeText(inMessage[language], change),
    subject: plain.split('\n')[0] ?? '',
    text: plain,
  }
}
