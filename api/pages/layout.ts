import type { FastifyRequest } from 'fastify'
import type { PageTexts } from '../../texts/pages.en.ts'
import { pagesEn } from '../../texts/pages.en.ts'
import { pagesZhTw } from '../../texts/pages.zh-TW.ts'
import { type Html, html } from '../../texts/html.ts'
import { styleElement } from './stylesheet.ts'

export type Language = 'en' | 'zh-TW'

/** What a page is written in: its language and that language's sentences. */
export type Wording = { language: Language; texts: PageTexts }

/** The language that was asked for in the address, else the one that is known of the person. */
export function wordingOf(asked: string | undefined, known: string): Wording {
  const language = (asked ?? known) === 'zh-TW' ? 'zh-TW' : 'en'
  return { language, texts: language === 'zh-TW' ? pagesZhTw : pagesEn }
}

/** What the browser prefers, for when nothing is known of the person. */
export const languageOf = (request: FastifyRequest): Language =>
  request.headers['accept-language']?.toLowerCase().startsWith('zh') === true ? 'zh-TW' : 'en'

/** What a page for nobody in particular is written in: what its address asks for, else what the browser prefers. */
export const wordingFor = (request: FastifyRequest): Wording =>
  wordingOf((request.query as { lang?: string }).lang, languageOf(request))

/** An address of ours, in the language that was asked for so far; `done` says there what was done. */
export function addressIn(path: string, { lang, done }: { lang?: string; done?: string }): string {
  const query = new URLSearchParams()
  if (lang === 'en' || lang === 'zh-TW') query.set('lang', lang)
  if (done !== undefined) query.set('done', done)
  return query.size === 0 ? path : `${path}?${query.toString()}`
}

type Page = {
  title: string
  body: Html
  /** Further cards below the first. */
  more?: readonly Html[]
  /** It can't be shown again, so there is no switch to the other language. */
  once?: boolean
  /** Where it is shown again, if that is not where it was sent from. */
  path?: string
}

/** A whole page: cards, and a switch to the other language. */
export function layout({ language, texts }: Wording, page: Page): string {
  const { more = [], once = false, path = '' } = page
  const other = language === 'en' ? 'zh-TW' : 'en'
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · guildpost</title>
        ${styleElement}
      </head>
      <body>
        <div class="page${more.length === 0 ? '' : ' wide'}">
          <header class="top">
            <div class="brand">${mark}guildpost</div>
            ${once ? null : html`<a href="${path}?lang=${other}" lang="${other}" hreflang="${other}">${texts.otherLanguage}</a>`}
          </header>
          <main>
            <section class="card">${page.body}</section>
            ${more.map((card) => html`<section class="card">${card}</section>`)}
          </main>
          <footer>${texts.footer}</footer>
        </div>
      </body>
    </html> `.html
}

/** A page that only says something. */
export const messagePage = (wording: Wording, message: { title: string; text: string }): string =>
  layout(wording, {
    title: message.title,
    body: html`<h1>${message.title}</h1>
      <p>${message.text}</p>`,
  })

const mark = html`<svg
  viewBox="0 0 26 26"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="M13 3v20M13 5h8l2.5 3-2.5 3h-8M13 12.500H6L3.500 15 6 17.500h7M9.500 23h7" />
</svg>`
