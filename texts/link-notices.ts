import { inMail, inMessage, plainOf } from './sent-later.ts'
import { type Locale, localeFor } from './translate.ts'

/** A direct message, and the mail that goes out where Discord does not take it. */
type Words = { content: string; subject: string; text: string }

/** To somebody whose link an admin has ended. */
export function wordUnlinkedByAdmin({ username, locale }: { username: string; locale: string }): Words {
  const language = localeFor(locale)
  const key = 'notice.unlinkedByAdmin'
  return words(inMessage[language](key, { username }), inMail[language](key, { username }))
}

/** To somebody who is gone from the directory, whose link ends at `endsAt`. */
export function wordLeaving(
  { username, locale, endsAt }: { username: string; locale: string; endsAt: Date },
  timeZone = 'UTC',
): Words {
  const language = localeFor(locale)
  const key = 'notice.leaving'
  const when = `<t:${Math.floor(endsAt.getTime() / 1000)}:D>`
  return words(
    inMessage[language](key, { username, when }),
    inMail[language](key, { username, when: dateIn(language, endsAt, timeZone) }),
  )
}

/** The first sentence is what the mail is about. */
function words(content: string, forMail: string): Words {
  const text = plainOf(forMail)
  const [subject = text] = text.split(/(?<=\.)\s+|(?<=。)/)
  return { content, subject, text: `${text}\n` }
}

const dateIn = (language: Locale, date: Date, timeZone: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(date)
