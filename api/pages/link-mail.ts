import type { ComposeLinkMail } from '../../domain/store/complete-link.ts'
import { mailsEn } from '../../texts/mails.en.ts'
import { mailsZhTw } from '../../texts/mails.zh-TW.ts'
import { html } from './html.ts'

/** The mail that tells a person that they were linked, with a link to undo it. `url` is the API's own address. */
export const linkMailFrom =
  (url: string): ComposeLinkMail =>
  ({ displayName, discordName, locale, undoToken }) => {
    const texts = (locale === 'zh-TW' ? mailsZhTw : mailsEn).linkMade
    const undoUrl = `${url}/undo/${undoToken}`
    const paragraphs = [texts.greeting(displayName), texts.happened(discordName), texts.fine, texts.wrong]
    return {
      subject: texts.subject,
      textBody: [...paragraphs, undoUrl, texts.validity].join('\n\n') + '\n',
      htmlBody: html`<!doctype html>
        <html lang="${locale}">
          <meta charset="utf-8" />
          <body style="margin:0;padding:24px;font:16px/1.6 system-ui,sans-serif;color:#1d2a26">
            <div style="max-width:520px;margin:0 auto">
              ${paragraphs.map((text) => html`<p>${text}</p>`)}
              <p>
                <a
                  href="${undoUrl}"
                  style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f6f5c;color:#ffffff;text-decoration:none"
                  >${texts.button}</a
                >
              </p>
              <p style="font-size:14px;color:#5c6b66">${texts.validity}</p>
            </div>
          </body>
        </html> `.html,
    }
  }
