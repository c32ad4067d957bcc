import { describe, expect, test } from 'vitest'
import { harmless } from '../../bot/discord/harmless-text.ts'
import { en } from '../../texts/en.ts'
import { createTranslations, localeFor, locales, type TextKey } from '../../texts/translate.ts'
import { zhTW } from '../../texts/zh-TW.ts'

const keys = Object.keys(en) as TextKey[]
const placeholdersIn = (text: string) => (text.match(/\{\{.*?\}\}/g) ?? []).sort()

test('both languages have the same texts with the same values', () => {
  expect(Object.keys(zhTW).sort()).toEqual(Object.keys(en).sort())
  for (const key of keys) expect([key, placeholdersIn(zhTW[key])]).toEqual([key, placeholdersIn(en[key])])
})

test('the Chinese texts are Chinese, without simplified characters', () => {
  for (const key of keys) {
    expect([key, zhTW[key]]).toEqual([key, expect.stringMatching(/\p{Script_Extensions=Han}|\{\{/u)])
    expect([key, zhTW[key]]).toEqual([key, expect.not.stringMatching(/[们这个说时请订阅邮单链账户录]/)])
  }
})

describe.each(locales)('in %s', (locale) => {
  const t = createTranslations({ escape: harmless, command: (name) => `</${name}:1234567890123456789>` })[
    locale
  ]
  const say = t as (key: TextKey, values: object) => string
  const limits: [prefix: string, length: number][] = [
    ['command.', 100],
    ['option.', 100],
    ['choice.', 100],
    ['button.', 80],
    ['modal.', 45],
    ['placeholder.', 150],
  ]

  test('every text fits where Discord shows it, even with the longest values', () => {
    for (const key of keys) {
      const values = Object.fromEntries(
        placeholdersIn(en[key])
          .map((one) => one.slice(2, -2).replace('- ', ''))
          .filter((name) => !name.startsWith('/'))
          .map((name) => [name, '*'.repeat(255)]),
      )
      const [, length = 2_000] = limits.find(([prefix]) => key.startsWith(prefix)) ?? []
      const text = say(key, values)
      expect({ key, fits: text.length <= length, complete: !text.includes('{{') }).toEqual({
        key,
        fits: true,
        complete: true,
      })
    }
  })
})

test('values are made harmless and never read as texts', () => {
  const { en: t } = createTranslations({ escape: harmless, command: (name) => `/${name}` })
  expect(t('done.subscribe', { list: '**a**\n# b $t(crash) {{list}} $& $1' })).toBe(
    String.raw`✅ You’re on **\*\*a\*\* # b $t(crash) {{list}} $& $1** now.`,
  )
})

test.each([
  ['zh-TW', 'zh-TW'],
  ['zh-CN', 'zh-TW'],
  ['en-GB', 'en'],
  ['ja', 'en'],
])('readers of %s get %s', (tag, locale) => {
  expect(localeFor(tag)).toBe(locale)
})
