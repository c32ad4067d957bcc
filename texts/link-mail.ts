import type { LinkWords } from '../domain/contracts/link-words.ts'
import { type MailTexts, mailsEn } from './mails.en.ts'
import { mailsZhTw } from './mails.zh-TW.ts'
import { unclickable } from './harmless.ts'
import { letter } from './letter.ts'

type Facts<Name extends keyof LinkWords> = Parameters<LinkWords[Name]>[0]

const textsIn = (locale: string): MailTexts => (locale === 'zh-TW' ? mailsZhTw : mailsEn)

/** Brings the six digits that show that somebody reads this mailbox. */
export function codeMail({ displayName, discordName, locale, code, isLinked }: Facts<'code'>) {
  const texts = textsIn(locale).linkCode
  return letter({
    subject: texts.subject,
    locale,
    parts: [
      texts.greeting(unclickable(displayName)),
      texts.asked(unclickable(discordName)),
      { code: `${code.slice(0, 3)} ${code.slice(3)}` },
      texts.does,
      ...(isLinked ? [texts.linkedElsewhere] : []),
      texts.neverAsked,
      texts.notYou,
    ],
  })
}

/** Tells a person that they were linked, with a link to undo it. `url` is the API's own address. */
export function linkedMail(
  url: string,
  { displayName, discordName, locale, method, undoToken }: Facts<'made'>,
) {
  const texts = textsIn(locale).linkMade
  return letter({
    subject: texts.subject,
    locale,
    parts: [
      texts.greeting(unclickable(displayName)),
      texts.happened(unclickable(discordName)),
      texts.fine,
      texts.wrong[method],
      { url: `${url}/undo/${undoToken}`, button: texts.button },
      { quiet: texts.validity },
    ],
  })
}

/**
 * Asks a person whether their link shall move to another account. Where a code from this very mailbox is all that was shown, it
 * only tells them: the page is for who has the password, or the account that is linked.
 */
export function moveMail(url: string, facts: Facts<'moveAsked'>) {
  const { displayName, discordName, locale, method, moveToken } = facts
  const texts = textsIn(locale).moveAsked
  return letter({
    subject: texts.subject,
    locale,
    parts: [
      texts.greeting(unclickable(displayName)),
      texts.asked[method](unclickable(discordName)),
      texts.yes[method],
      ...(method === 'web' ? [{ url: `${url}/move/${moveToken}`, button: texts.button }] : []),
      texts.no[method],
      { quiet: texts.validity[method] },
    ],
  })
}
