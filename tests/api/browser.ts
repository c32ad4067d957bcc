/** What a browser does with forms and cookies, without scripts. */
export type Browser = {
  open(url: string): Promise<Page>
  /** Sends the page's only form, as its button does. */
  submit(page: Page, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>
  cookies: Map<string, string>
}

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
      cookies.set(name, value)
    }
    const html = await answer.text()
    return { url, status: answer.status, headers: answer.headers, html, text: textOf(html) }
  }

  return {
    cookies,
    open: (url) => load(url, {}),
    submit: (page, fields, headers = {}) => {
      const action = /<form[^>]*action="([^"]*)"/.exec(page.html)?.[1] ?? ''
      const hidden = [...page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
      const form = new URLSearchParams(hidden.map(([, name = '', value = '']) => [name, value]))
      for (const [name, value] of Object.entries(fields)) form.set(name, value)
      const url = new URL(action, page.url)
      return load(url.href, { method: 'POST', body: form, headers: { origin: url.origin, ...headers } })
    },
  }
}

const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ')
