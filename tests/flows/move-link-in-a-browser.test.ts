import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DiscordUser } from '../../sandbox/discord/stand-in.ts'
import { hasChromium, isTooWide, startChromium, wholePicture } from '../_support/chromium.ts'
import { createSystem, type System } from '../_support/system.ts'
import { waitUntil } from '../_support/world.ts'

describe.skipIf(!hasChromium)(
  'a link moves to another account, with real servers, a real browser, and a phone without JavaScript',
  () => {
    let system: System
    let browser: Browser

    beforeAll(async () => {
      system = await createSystem()
      browser = await startChromium()
      await Promise.all([system.start('api'), system.worker({}, system.environment)])
      await system.mirrored()
      await system.start('bot')
    })

    it('by a code from the mail, with a yes by the message to the old account', async () => {
      const [old, fresh] = [system.onDiscord('alice'), system.onDiscord('alice_anew')]
      await system.link(old, 'alice')

      const begun = await system.discord.slash(fresh, 'link', { method: 'mail', username: 'alice' })
      await begun.settled()
      const mail = await system.mail.waitForMail(({ subject }) => subject === 'Your code for linking Discord')
      expect(mail.text).toContain('Another Discord account is linked to you already')
      const code = /^ {4}(\d{3}) (\d{3})$/m.exec(mail.text)?.slice(1).join('') ?? ''
      const modal = await system.discord.press(fresh, begun, 'link:code')
      await (
        await system.discord.submitModal(fresh, modal, { code })
      ).until(({ content }) => content.includes('I’ve asked there'))
      expect((await system.api('/auth/me', fresh)).status).toBe(403)

      const page = await openPage('en-US')
      await page.goto(await urlInMessage(old))
      await show(page, 'move-en')
      expect(await page.textContent('h1')).toBe('Move your link?')
      await page.getByRole('button').click()
      await show(page, 'moved-en')
      expect(await page.textContent('h1')).toBe('Your link has moved')

      expect(await (await system.api('/auth/me', fresh)).json()).toMatchObject({ username: 'alice' })
      expect((await system.api('/auth/me', old)).status).toBe(403)
      await told(old, 'Your link has moved')
      await told(fresh, 'The link has moved here')
      await page.goBack()
      await page.reload()
      expect(await page.textContent('h1')).toBe('This question is over')
      await show(page, 'move-over-en')
      await page.context().close()
    })

    it('by the password, with a yes by the mail, in Traditional Chinese', async () => {
      const [old, fresh] = [system.onDiscord('yating', 'zh-TW'), system.onDiscord('yating_anew', 'zh-TW')]
      await system.link(old, 'yating')
      const begun = await system.discord.slash(fresh, 'link')
      const { components } = await begun.settled()
      const page = await openPage('zh-TW')
      await page.goto(/"url":"([^"]+)"/.exec(JSON.stringify(components))?.[1] ?? '')
      await page.fill('input[name=username]', 'yating')
      await page.fill('input[name=password]', system.directory.passwordOf('yating'))
      await page.press('input[name=password]', 'Enter')
      await show(page, 'code-moves-zh-TW')
      const code =
        /(\d{3})\s*(\d{3})/
          .exec((await page.textContent('.code')) ?? '')
          ?.slice(1)
          .join('') ?? ''
      expect(await page.textContent('main')).toContain('你已經連結到另一個 Discord 帳號')
      const modal = await system.discord.press(fresh, begun, 'link:code')
      await (
        await system.discord.submitModal(fresh, modal, { code })
      ).until(({ content }) => content.includes('驗證碼正確'))

      const mail = await system.mail.waitForMail(({ subject }) => subject.startsWith('要把你的連結移到'))
      await page.goto(/https?:\/\/\S+\/move\/\S+/.exec(mail.text)?.[0] ?? '')
      await show(page, 'move-zh-TW')
      await page.getByRole('button').click()
      expect(await page.textContent('h1')).toBe('連結已經移動')
      expect(await (await system.api('/auth/me', fresh)).json()).toMatchObject({ username: 'yating' })
      await page.context().close()
    })

    async function openPage(locale: string): Promise<Page> {
      const viewport = { width: 360, height: 740 }
      return (await browser.newContext({ javaScriptEnabled: false, locale, viewport })).newPage()
    }

    /** The page that the newest message to somebody leads to. */
    const urlInMessage = (user: DiscordUser) =>
      waitUntil('the owner was asked', async () => {
        const buttons = JSON.stringify(system.discord.dmsOf(user.id).at(-1)?.components ?? [])
        return /"url":"([^"]+)"/.exec(buttons)?.[1] ?? null
      })

    const told = (user: DiscordUser, words: string) =>
      waitUntil(`${user.username} is told`, async () =>
        system.discord.dmsOf(user.id).some(({ content }) => content.includes(words)) ? true : null,
      )
  },
)

/** Nothing is wider than the phone. */
async function show(page: Page, name: string): Promise<void> {
  expect(await isTooWide(page)).toBe(false)
  await wholePicture(page, name)
}
