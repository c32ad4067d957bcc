import { describe, expect, it } from 'vitest'
import { codeMail, linkedMail } from '../../texts/link-mail.ts'
import { letterOfText } from '../../texts/letter-of-text.ts'
import { hasChromium, isTooWide, startChromium, wholePicture } from '../_support/chromium.ts'

const facts = { displayName: 'Bob <Ćosić>', discordName: 'bob.c', locale: 'en' } as const
const alert = `Postgres has not answered since 2026-11-21 10:00:00 UTC: connect ECONNREFUSED 127.0.0.1:5432

These lists wait:
- news
- a-list-with-a-name-that-is-as-long-as-names-may-be-and-then-some-more-of-it

See https://lists.example.org/readyz, then start it again.
`
const letters = {
  linked: linkedMail('https://lists.example.org', {
    ...facts,
    method: 'web',
    undoToken: 'AbCdEfGhIjKlMnOpQrStUvWxYz0',
  }),
  code: codeMail({ ...facts, locale: 'zh-TW', code: '123456', isLinked: true }),
  alert: letterOfText({ subject: 'Postgres does not answer', locale: 'en', text: alert }),
}

describe.skipIf(!hasChromium)('a letter in a browser', () => {
  it.for(['light', 'dark'] as const)(
    'can be read on %s paper, on a telephone, and asks for nothing',
    async (colorScheme) => {
      const browser = await startChromium()
      const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 640 } })
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      for (const [name, { htmlBody }] of Object.entries(letters)) {
        await page.setContent(htmlBody)
        expect(await isTooWide(page)).toBe(false)
        expect(await page.evaluate<number>(leastContrast)).toBeGreaterThan(4.5)
        await wholePicture(page, `letter-${name}-${colorScheme}`)
      }
      expect(asked).toEqual([])
      await context.close()
    },
  )
})

/** The least contrast (WCAG 2) of any text with what is behind it. */
const leastContrast = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0)
  const probe = document.createElement('i')
  probe.style.cssText = 'background:Canvas'
  document.body.append(probe)
  const canvas = getComputedStyle(probe).backgroundColor
  probe.remove()
  const behind = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor
      if (numbers(colour)[3] !== 0) return colour
    }
    return canvas
  }
  const texts = [...document.querySelectorAll('p, li, a')]
  return Math.min(...texts.map((element) => {
    const [a, b] = [getComputedStyle(element).color, behind(element)].map((colour) => light(numbers(colour)))
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  }))
})()`
