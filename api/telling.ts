import type { DefaultPlaces } from '../domain/rules/places-for.ts'
import { wellFormed } from '../domain/rules/well-formed.ts'
import { readLocale } from '../domain/store/installation/read-locale.ts'
import type { Telling } from '../domain/store/topics/tell-topic.ts'
import { mailOf } from '../texts/notices/card-of.ts'
import type { Context, Settings } from './context.ts'

/** As long as a mail is kept: a group of alerts can say more than anybody reads. */
const mailLength = 50_000

/** Where notices go that no rule sends elsewhere, and how they are put into mails: in the language of the Discord server. */
export async function tellingOf({ db, settings }: Context): Promise<Telling> {
  const word = mailOf(await readLocale(db), settings.siteTimeZone)
  return {
    defaults: defaultPlacesOf(settings),
    word: (topic) => {
      const { subject, text } = word(topic)
      return { subject, text: wellFormed(text, mailLength) }
    },
  }
}

/** The first half of it alone. */
export const defaultPlacesOf = ({ alertTo, workflowChannelId }: Settings): DefaultPlaces => ({
  alertChannelId: alertTo.channelId,
  workflowChannelId,
  alertMailTo: alertTo.mailTo,
})
