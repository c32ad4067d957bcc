import type { ComposePairMail } from '../../domain/store/links/link-pair.ts'
import { letter } from '../../texts/letter.ts'
import { mailsEn } from '../../texts/mails.en.ts'
import { mailsZhTw } from '../../texts/mails.zh-TW.ts'

/** The mail that tells a member that an operator linked them. */
export const pairMail: ComposePairMail = ({ displayName, discordUserId, locale }) => {
  const texts = (locale === 'zh-TW' ? mailsZhTw : mailsEn).linkedByOperator
  const parts = [texts.greeting(displayName), texts.happened(discordUserId), texts.check, texts.wrong]
  return letter({ subject: texts.subject, locale, parts })
}
