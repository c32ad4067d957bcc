import { wellFormed } from '../domain/rules/well-formed.ts'
import { readLocale } from '../domain/store/installation/read-locale.ts'
import type { Telling } from '../domain/store/topics/tell-topic.ts'
import { mailOf } from '../texts/notices/card-of.ts'
import type { Context } from './context.ts'

/** As long as a mail is kept: a group of alerts can say more than anybody reads. */
const mailLength = 50_000

/** Where notices go that no rule sends elsewhere, and how they are put into mails: in the language of the Discord server. */
export async function tellingOf({ db, settings }: Context): Promise<Telling> {
  const { alertTo, workflowChannelId, siteTimeZone } = settings
  const word = mailOf(await readLocale(db), siteTimeZone)
  return {
    defaults: { alertChannelId: alertTo.channelId, workflowChannelId, alertMailTo: alertTo.mailTo },
    word: (topic) => {
      const { subject, text } = word(topic)
      return { subject, text: wellFormed(text, mailLength) }
    },
  }
}
