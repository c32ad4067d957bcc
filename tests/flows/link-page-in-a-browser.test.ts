import type { Browser, Page } from 'playwright-core'
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

describe.skipIf(!hasChromium)('the link page in a real browser, on a phone, without JavaScript', () => {
  let system: System
  let browser: Browser

  beforeAll(async () => {
    system = await createSystem()
    browser = await startChromium()
    await Promise.all([system.start('api'), system.worker({}, system.environment)])
    await system.mirrored()
  })

  it.each([
    ['en', 'en-US', 'alice', (page: Page, name: string) => wholePicture(page, name)],
    ['zh-TW', 'zh-TW', 'yating', (page: Page, name: string) => picture(page, `${name}-zh-TW`)],
  ] as const)('leads from the link to the code, in %s', async (locale, browserLocale, uid, takePicture) => {
    const user = system.onDiscord(uid)
    const begun = await system.api('/links', user, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ discordName: `${uid} <b>on Discord</b>`, locale }),
    })
    const { url } = (await begun.json()) as { url: string }
    const context = await browser.newContext({
      javaScriptEnabled: false,
      locale: browserLocale,
      viewport: { width: 360, height: 740 },
    })
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    await page.goto(url)
    expect(await page.locator('html').getAttribute('lang')).toBe(locale)
    expect(await page.textContent('body')).toContain(`${uid} <b>on Discord</b>`)
    expect(await isTooWide(page)).toBe(false)
    await takePicture(page, 'link-page')

    await page.fill('input[name=username]', uid)
    await page.fill('input[name=password]', 'not the password')
    await page.press('input[name=password]', 'Enter')
    expect(await page.getByRole('alert').count()).toBe(1)
    await page.fill('input[name=username]', uid)
    await page.fill('input[name=password]', system.directory.passwordOf(uid))
    await page.press('input[name=password]', 'Enter')
    expect(await page.textContent('body')).toMatch(/\d{3}\s?\d{3}/)
    await takePicture(page, 'code-page')
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
    await context.close()
  })
})
