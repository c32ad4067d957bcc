import { styleText } from 'node:util'

/** Does what a browser does with the sign-in page, so that nobody has to leave the terminal. */
export type LinkPage = {
  status: number
  /** The page's words. */
  text: string
  /** The six digits, once the page shows them. */
  code: string | null
}

/** By address what its page gave to keep: to the page, whoever comes without it is another browser. */
export type Cookies = Map<string, string>

/** Whether that is one of our pages, and not a page elsewhere that a message speaks of. */
export function isOurPage(url: string, apiUrl: string): boolean {
  return new URL(url).origin === new URL(apiUrl).origin
}

/** Whether that is the page of `/link`, the one that can be filled in here. */
export function isLinkPage(url: string, apiUrl: string): boolean {
  return isOurPage(url, apiUrl) && new URL(url).pathname.startsWith('/link/')
}

/** @throws {Error} when the page can't be reached. */
export async function openLinkPage(url: string, cookies: Cookies = new Map()): Promise<LinkPage> {
  const { status, html } = await load(url, cookies)
  return pageOf(status, html)
}

/** Opens the page, fills its form in and sends it. @throws {Error} when the page can't be reached. */
export async function signInOnLinkPage(
  url: string,
  { username, password }: { username: string; password: string },
  cookies: Cookies = new Map(),
): Promise<LinkPage> {
  const opened = await load(url, cookies)
  const form = /name="form" value="([^"]+)"/.exec(opened.html)?.[1]
  if (form === undefined) return pageOf(opened.status, opened.html)
  const { status, html } = await load(url, cookies, {
    method: 'POST',
    headers: { origin: new URL(url).origin },
    body: new URLSearchParams({ form, username, password }),
  })
  return pageOf(status, html)
}

async function load(
  url: string,
  cookies: Cookies,
  init: { method?: string; headers?: Record<string, string>; body?: URLSearchParams } = {},
): Promise<{ status: number; html: string }> {
  const cookie = cookies.get(url)
  const headers = { ...init.headers, ...(cookie === undefined ? {} : { cookie }) }
  const response = await fetch(url, { ...init, headers })
  const given = response.headers.getSetCookie().map((line) => line.split(';')[0])
  if (given.length > 0) cookies.set(url, given.join('; '))
  return { status: response.status, html: await response.text() }
}

function pageOf(status: number, html: string): LinkPage {
  const digits = /class="code"[^>]*>([\s\S]*?)<\/p>/.exec(html)?.[1]?.replaceAll(/\D/g, '') ?? ''
  return { status, text: wordsOf(html), code: /^\d{6}$/.test(digits) ? digits : null }
}

function wordsOf(html: string): string {
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? html
  return main
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<h1>(.*?)<\/h1>/g, (_, title: string) => `\n${styleText('bold', title)}\n`)
    .replaceAll(
      /<p class="code"[^>]*>(.*?)<\/p>/g,
      (_, code: string) => `\n▶ ${styleText(['bold', 'green'], withoutTags(code).replaceAll(' ', ''))}\n`,
    )
    .replaceAll(/<div class="monogram".*?<\/div>/g, '')
    .replaceAll(/<strong>(.*?)<\/strong>/g, (_, name: string) => `${styleText('bold', name)} `)
    .replaceAll(/<label[^>]*>(.*?)<\/label> *<input[^>]*?(?:type="(\w+)")?[^>]*\/?>/g, '\n$1: ________')
    .replaceAll(/<li>/g, '\n• ')
    .replaceAll(/<button>(.*?)<\/button>/g, '\n[ $1 ]')
    .replaceAll(/<\/?(p|h2|ol|form|div)[^>]*>/g, '\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&(#\d+|#x[0-9a-f]+|\w+);/gi, (_, name: string) => entity(name))
    .replaceAll(/ *\n[ \n]*\n */g, '\n')
    .trim()
}

function withoutTags(html: string): string {
  return html.replaceAll(/<[^>]+>/g, '')
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function entity(name: string): string {
  if (/^#x/i.test(name)) return String.fromCodePoint(parseInt(name.slice(2), 16))
  return name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (entities[name] ?? `&${name};`)
}
