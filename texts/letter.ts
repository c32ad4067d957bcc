import type { Letter } from '../domain/contracts/link-words.ts'
import { type Html, html } from './html.ts'

/** A piece of a letter. Addresses in running text can be clicked; quiet lines are small print. */
export type Part =
  | string
  | { list: readonly string[] }
  | { url: string; button: string }
  | { code: string }
  | { quiet: string }

/** A letter from top to bottom. `locale`: null where its language is not known. */
export type LetterContent = { subject: string; locale: string | null; parts: readonly Part[] }

/** A mail as text and as HTML, both of the same content. */
export function letter(content: LetterContent): Letter {
  const { subject, parts } = content
  return { subject, textBody: `${parts.map(asText).join('\n\n')}\n`, htmlBody: htmlOf(content) }
}

function asText(part: Part): string {
  if (typeof part === 'string') return part
  if ('list' in part) return part.list.map((one) => `- ${one}`).join('\n')
  if ('url' in part) return part.url
  return 'code' in part ? `    ${part.code}` : part.quiet
}

/** For readers that show a dark page: everywhere else the styles on the elements themselves count, or none at all. */
const darkStyles = `@media (prefers-color-scheme: dark) {
        .quiet { color: #a3b3ac !important }
        .code { background: #1f302a !important; color: #e9efec !important }
        .link { color: #5cc4a6 !important }
      }`

/** Without pictures, scripts, or anything from elsewhere. Paper and ink are the reader's own, so that they always fit each other. */
export function htmlOf({ subject, locale, parts }: LetterContent): string {
  return html`<!doctype html>
    <html${locale === null ? null : html` lang="${locale}"`}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${subject}</title>
        <style>
          :root { color-scheme: light dark }
          ${{ html: darkStyles }}
        </style>
      </head>
      <body
        style="margin:0;padding:24px;font:16px/1.6 system-ui,-apple-system,'Segoe UI','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif"
      >
        <div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere">${parts.map(asHtml)}</div>
      </body>
    </html> `.html
}

function asHtml(part: Part): Html {
  if (typeof part === 'string') return html`<p style="margin:0 0 16px">${linesOf(part)}</p> `
  if ('list' in part)
    return html`<ul style="margin:0 0 16px;padding-left:22px">
      ${part.list.map((one) => html`<li>${linesOf(one)}</li>`)}
    </ul> `
  if ('url' in part)
    return html`<p style="margin:24px 0">
      <a
        href="${part.url}"
        style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f6f5c;color:#ffffff;text-decoration:none"
        >${part.button}</a
      >
    </p> `
  if ('code' in part)
    return html`<p
      class="code"
      style="margin:20px 0;padding:16px;border-radius:10px;background:#e8f1ed;color:#1d2a26;text-align:center;font:600 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:0.06em"
    >
      ${part.code}
    </p> `
  return html`<p class="quiet" style="margin:24px 0 0;font-size:14px;color:#5c6b66">
    ${linesOf(part.quiet)}
  </p> `
}

function linesOf(text: string): Html {
  const lines = text.split('\n').map(linked)
  return html`${lines.map((line, at) => (at === 0 ? line : html`<br />${line}`))}`
}

/** Where an address ends, and what follows belongs to the sentence. */
const address = /(https?:\/\/[^\s<>"'「」『』（），。、；]*[^\s<>"'「」『』（），。、；.,;:!?)\]}])/

function linked(line: string): Html {
  // What is captured comes in between, at the odd places.
  const pieces = line.split(address)
  return html`${pieces.map((piece, at) =>
    at % 2 === 0 ? html`${piece}` : html`<a class="link" href="${piece}" style="color:#1f6f5c">${piece}</a>`,
  )}`
}
