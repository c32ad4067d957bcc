import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  complaintsOf,
  hasChromium,
  isTooWide,
  picture,
  startChromium,
  wholePicture,
} from '../_support/chromium.ts'
import { createSystem, type System } from '../_support/system.ts'

const phone = { width: 360, height: 740 }
const desktop = { width: 900, height: 720 }
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0'

describe.skipIf(!hasChromium)('the login and the account page in a real browser', () => {
  let system: System
  let browser: Browser

  beforeAll(async () => {
    system = await createSystem()
    browser = await startChromium()
    await Promise.all([system.start('api'), system.worker({}, system.environment)])
    await system.mirrored()
  })

  async function signIn(page: Page, uid: string, password = system.directory.passwordOf(uid)): Promise<void> {
    await page.fill('input[name=username]', uid)
    await page.fill('input[name=password]', password)
    await page.press('input[name=password]', 'Enter')
  }

  /** Begins on Discord, goes through the page in this browser, and types its code on Discord. */
  async function link(page: Page, uid: string, locale: 'en' | 'zh-TW'): Promise<void> {
    const user = system.onDiscord(uid)
    const ask = async (path: string, body: object) => {
      const answer = await system.api(path, user, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(answer.ok).toBe(true)
      return (await answer.json()) as { url: string }
    }
    const { url } = await ask('/links', { discordName: `${uid} on Discord`, locale })
    await page.goto(url)
    await signIn(page, uid)
    const code = (await page.locator('.code').textContent())?.replaceAll(/\D/g, '') ?? ''
    expect(code).toMatch(/^\d{6}$/)
    await ask('/links/code', { code })
  }

  const callWith = (token: string) =>
    fetch(`${system.apiUrl}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } })

  it.each([
    {
      name: 'on a phone, in the light, without JavaScript, in English',
      uid: 'alice',
      options: { viewport: phone, colorScheme: 'light', javaScriptEnabled: false, locale: 'en-US' },
      words: { wrong: /don’t match/, account: 'Your account', make: 'Make the token', out: 'Sign out' },
      pictures: '',
    },
    {
      name: 'on a desktop, in the dark, with JavaScript, in Chinese',
      uid: 'yating',
      options: { viewport: desktop, colorScheme: 'dark', javaScriptEnabled: true, locale: 'zh-TW' },
      words: { wrong: /不正確/, account: '你的帳號', make: '建立權杖', out: '登出' },
      pictures: '-dark',
    },
  ] as const)('$name', async ({ uid, options, words, pictures }) => {
    const language = options.locale === 'zh-TW' ? 'zh-TW' : 'en'
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    const takePicture = options.viewport === phone ? wholePicture : picture
    const look = async (name: string | null) => {
      expect(await isTooWide(page)).toBe(false)
      expect(await backgroundIsDark(page)).toBe(options.colorScheme === 'dark')
      if (name !== null) await takePicture(page, `${name}${pictures}`)
    }

    await page.goto(system.apiUrl)
    expect(new URL(page.url()).pathname).toBe('/login')
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    await look('login-page')
    // Read as a filter, the last two would find somebody.
    for (const wrong of ['no such person', '*', `${uid})(uid=*`]) {
      await signIn(page, wrong)
      expect(await page.getByRole('alert').textContent()).toMatch(words.wrong)
    }
    await signIn(page, uid, 'not the password')
    expect(await page.getByRole('alert').textContent()).toMatch(words.wrong)
    await look('login-refused-page')
    await signIn(page, uid)
    expect(new URL(page.url()).pathname).toBe('/account')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(words.account)
    await look(null)

    await link(page, uid, language)
    await page.goto(`${system.apiUrl}/account`)
    expect(await page.textContent('body')).toContain(`${uid} on Discord`)

    await page.fill('input[name=name]', 'a script of mine')
    await page.check('input[value=subscriptions]')
    await page.getByRole('button', { name: words.make }).click()
    const token = (await page.locator('#token').textContent()) ?? ''
    expect((await callWith(token)).status).toBe(200)
    expect(await page.locator('#curl').textContent()).toContain(token)
    await look('new-token-page')

    const elsewhere = await signInElsewhere(browser, uid)
    await page.goto(`${system.apiUrl}/account`)
    await look(null)
    await picture(page, `account-page${pictures}`)
    for (const id of ['sessions', 'tokens', 'notifications'])
      await picture(page.locator(`section.card:has(#${id})`), `account-${id}${pictures}`)
    await page.locator('li:has-text("Firefox") button').click()
    expect(await page.getByRole('status').count()).toBe(1)
    expect(await page.locator('li:has-text("Firefox")').count()).toBe(0)
    const [theirs] = elsewhere.pages()
    await theirs?.reload()
    expect(new URL(theirs?.url() ?? '').pathname).toBe('/login')
    await elsewhere.close()

    await page.locator('li:has-text("a script of mine") button').click()
    expect(await page.getByRole('status').count()).toBe(1)
    expect((await callWith(token)).status).toBe(401)

    await page.goto(`${system.apiUrl}/account/forget?lang=${language}`)
    await look(pictures === '' ? 'forget-page' : null)
    await page.goBack()
    await page.getByRole('button', { name: words.out, exact: true }).click()
    expect(new URL(page.url()).pathname).toBe('/signed-out')
    await look('signed-out-page')
    await page.goBack()
    expect(new URL(page.url()).pathname).toBe('/login')
    expect(await page.textContent('body')).not.toContain(`${uid} on Discord`)
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
    await context.close()
  })

  async function signInElsewhere(by: Browser, uid: string): Promise<BrowserContext> {
    const context = await by.newContext({ userAgent: firefox })
    const page = await context.newPage()
    await page.goto(`${system.apiUrl}/login`)
    await signIn(page, uid)
    expect(new URL(page.url()).pathname).toBe('/account')
    return context
  }
})

async function backgroundIsDark(page: Page): Promise<boolean> {
  const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const [red = 255] = colour.match(/\d+/g)?.map(Number) ?? []
  return red < 128
}
