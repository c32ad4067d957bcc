import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSystem, type System } from '../_support/system.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

describe.skipIf(!existsSync(executablePath))(
  'the link page in a real browser, on a phone, without JavaScript',
  () => {
    let system: System
    let browser: Browser

    beforeAll(async () => {
      system = await createSystem()
      browser = await chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      })
      await Promise.all([system.start('api'), system.start('worker')])
      await system.mirrored()
    })
    afterAll(() => browser.close())

    it.each([
      ['en', 'en-US', 'alice'],
      ['zh-TW', 'zh-TW', 'yating'],
    ] as const)('leads from the link to the code, in %s', async (locale, browserLocale, uid) => {
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
      const broken: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') broken.push(message.text())
      })
      await page.goto(url)
      expect(await page.locator('html').getAttribute('lang')).toBe(locale)
      expect(await page.textContent('body')).toContain(`${uid} <b>on Discord</b>`)
      const wider = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      )
      expect(wider).toBe(false)
      await picture(page, `link-${locale}`)

      await page.fill('input[name=username]', uid)
      await page.fill('input[name=password]', 'not the password')
      await page.press('input[name=password]', 'Enter')
      expect(await page.getByRole('alert').count()).toBe(1)
      await page.fill('input[name=username]', uid)
      await page.fill('input[name=password]', system.directory.passwordOf(uid))
      await page.press('input[name=password]', 'Enter')
      expect(await page.textContent('body')).toMatch(/\d{3}\s?\d{3}/)
      await picture(page, `code-${locale}`)
      expect(broken.filter((text) => !text.includes('401'))).toEqual([])
      await context.close()
    })
  },
)

/** For a look with one's own eyes: PICTURES names a folder. */
async function picture(
  page: { screenshot: (options: { path: string; fullPage: boolean }) => Promise<unknown> },
  name: string,
) {
  const folder = process.env['PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
