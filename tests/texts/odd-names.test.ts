import { expect, test } from 'vitest'
import { createTranslations } from '../../texts/translate.ts'
import { harmless } from '../../texts/harmless.ts'
import { wordNews } from '../../texts/news.ts'
import { messageLength } from '../../texts/fit.ts'

const t = createTranslations({
  escape: (value) => harmless(value, { length: 200 }),
  command: (name) => `/${name}`,
}).en

test.each([
  '{{list}}',
  '{{- list}}',
  '$t(help.heading)',
  '$t(help.heading, {"a":1})',
  '$&',
  '{{member}}',
  '$1',
])('what looks like a placeholder of ours stays as it was given: %s', (odd) => {
  const done = t('managed.done.subscribe', { member: odd, list: odd })
  const owners = t('list.ownersMore', { names: odd, count: 3 })
  expect(done).toBe(
    `✅ **${harmless(odd, { length: 200 })}** is on **${harmless(odd, { length: 200 })}** now.`,
  )
  expect(owners).toBe(`🛡️ Owners: ${odd} and 3 more`)
})

test.each([
  [40, 40],
  [110, 10],
  [130, 8],
  [150, 6],
  [255, 6],
])('news about lists with names of %i characters, %i of them, fit', (length, many) => {
  for (const locale of ['en', 'zh-TW'])
    for (const isLinked of [true, false])
      for (const letter of ['x', '_', '字']) {
        const news = Array.from({ length: many }, (_, at) => ({
          about: 'place' as const,
          way: 'parted' as const,
          by: 'admin' as const,
          join: 'closed' as const,
          list: `${at}`.padEnd(length, letter),
        }))
        const { content } = wordNews(news as never, { locale, isLinked })
        expect.soft(content.length, `${locale} ${isLinked} ${letter}`).toBeLessThanOrEqual(messageLength)
      }
})
