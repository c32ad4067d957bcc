/** What a browser does with forms and cookies, without scripts. */
export type Browser = {
  open(url: string): Promise<Page>
  /** Sends the page's only form, as its button does. */
  submit(page: Page, fields: Fields, headers?: Record<string, string>): Promise<Page>
  /** Presses the button of the form whose action begins like this. */
  press(page: Page, action: string, fields?: Fields, headers?: Record<string, string>): Promise<Page>
  /** Goes where a redirect leads. */
  follow(page: Page): Promise<Page>
  cookies: Map<string, string>
}

/** What is typed and ticked; several of one name are a list. */
type Fields = Record<string, string | string[]>

export type Page = { url: string; status: number; headers: Headers; html: string; text: string }

export function newBrowser(): Browser {
  const cookies = new Map<string, string>()

  async function load(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = new Headers(init.headers)
    if (cookie !== '') headers.set('cookie', cookie)
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const one of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const html = await answer.text()
    return { url, status: answer.status, headers: answer.headers, html, text: textOf(html) }
  }

  function send(page: Page, action: string, fields: Fields, headers: Record<string, string>): Promise<Page> {
    const form = formsOf(page.html).find((one) => one.action.startsWith(action))
    const values = new URLSearchParams(form?.hidden)
    for (const [name, given] of Object.entries(fields)) {
      values.delete(name)
      for (const value of [given].flat()) values.append(name, value)
    }
    const url = new URL(form?.action ?? action, page.url)
    return load(url.href, { method: 'POST', body: values, headers: { origin: url.origin, ...headers } })
  }

  return {
    cookies,
    open: (url) => load(url, {}),
    submit: (page, fields, headers = {}) => send(page, '', fields, headers),
    press: async (page, action, fields = {}, headers = {}) => {
      if (!formsOf(page.html).some((form) => form.action.startsWith(action)))
        throw new Error(`there is no form ${action} on ${page.url}: ${page.text}`)
      return send(page, action, fields, headers)
    },
    follow: (page) => load(new URL(page.headers.get('location') ?? '', page.url).href, {}),
  }
}

function formsOf(html: string): { action: string; hidden: [string, string][] }[] {
  return [...html.matchAll(/<form[^>]*action="([^"]*)".*?<\/form>/gs)].map(([form, action = '']) => {
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    return { action, hidden: hidden.map(([, name = '', value = '']) => [name, value]) }
  })
}

const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ')
