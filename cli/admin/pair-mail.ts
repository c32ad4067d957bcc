import type { ComposePairMail } from '../../domain/store/link-pair.ts'
import { mailsEn } from '../../texts/mails.en.ts'
import { mailsZhTw } from '../../texts/mails.zh-TW.ts'

/** The mail that tells a member that an operator linked them. */
export const pairMail: ComposePairMail = ({ displayName, discordUserId, locale }) => {
  const texts = (locale === 'zh-TW' ? mailsZhTw : mailsEn).linkedByOperator
  const paragraphs = [texts.greeting(displayName), texts.happened(discordUserId), texts.check, texts.wrong]
  return { subject: texts.subject, textBody: `${paragraphs.join('\n\n')}\n` }
}
