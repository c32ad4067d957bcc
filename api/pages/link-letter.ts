import type { Letter } from '../../domain/contracts/link-words.ts'
import { type Html, html } from './html.ts'

/** A letter from top to bottom, the small print last. */
type Content = {
  subject: string
  locale: string
  paragraphs: readonly (string | { code: string } | { url: string; button: string })[]
  small: string | null
}

/** A mail as text, and as HTML that shows without pictures or style sheets. */
export function letter({ subject, locale, paragraphs, small }: Content): Letter {
  const texts = paragraphs.map((part) => {
    if (typeof part === 'string') return part
    return 'code' in part ? `    ${part.code}` : part.url
  })
  return {
    subject,
    textBody: [...texts, ...(small === null ? [] : [small])].join('\n\n') + '\n',
    htmlBody: html`<!doctype html>
      <html lang="${locale}">
        <meta charset="utf-8" />
        <body style="margin:0;padding:24px;font:16px/1.6 system-ui,sans-serif;color:#1d2a26">
          <div style="max-width:520px;margin:0 auto">
            ${paragraphs.map(asHtml)}
            ${small === null ? null : html`<p style="font-size:14px;color:#5c6b66">${small}</p>`}
          </div>
        </body>
      </html> `.html,
  }
}

function asHtml(part: Content['paragraphs'][number]): Html {
  if (typeof part === 'string') return html`<p>${part}</p>`
  if ('code' in part)
    return html`<p
      style="margin:20px 0;padding:16px;border-radius:10px;background:#e8f1ed;text-align:center;font:600 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:0.06em"
    >
      ${part.code}
    </p>`
  return html`<p>
    <a
      href="${part.url}"
      style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f6f5c;color:#ffffff;text-decoration:none"
      >${part.button}</a
    >
  </p>`
}
