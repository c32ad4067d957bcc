import { expect, test } from 'vitest'
import type { News } from '../../domain/contracts/notification.ts'
import { wordNews } from '../../texts/news.ts'

const put = (list: string, more: Partial<News & { about: 'place' }> = {}): News => ({
  about: 'place',
  listId: list,
  list,
  join: 'open',
  way: 'joined',
  by: 'admin',
  ...more,
})
const linked = { locale: 'en-GB', isLinked: true }

test('what was done to many lists fits into one message, which says how many more there are in its file; the mail has them all', () => {
  const many = Array.from({ length: 60 }, (_, index) => put(`a-list-with-a-rather-long-name-${index}`))
  const { content, subject, text, isCut } = wordNews(many, linked)
  expect(content.length).toBeLessThanOrEqual(2_000)
  const shown = content.match(/An admin or owner put you on/g)?.length ?? 0
  expect(shown).toBeGreaterThan(5)
  expect(content).toContain(
    `… and ${60 - shown} more, in the file below. \`/subscriptions\` shows how all of it is now.`,
  )
  expect(isCut).toBe(true)
  expect(text.match(/An admin or owner put you on/g)).toHaveLength(60)
  expect(text).not.toMatch(/… and \d+ more/)
  expect(wordNews(many.slice(0, 3), linked).isCut).toBeUndefined()
  expect(subject).toBe('📬 News about your lists')
})

test.each(['en', 'zh-TW'])('the longest names in %s fit, and do nothing', (locale) => {
  const name = `**@everyone** [a](https://b.example) \`${'*'.repeat(255)}`
  const some = [
    put(`${name}1`, { way: 'parted', join: 'closed' }),
    put(`${name}2`, { way: 'parted', join: 'closed' }),
    put(`${name}3`),
  ]
  for (const news of [some, some.slice(0, 1)])
    for (const isLinked of [true, false]) {
      const { content } = wordNews(news, { locale, isLinked })
      expect(content.length).toBeLessThanOrEqual(2_000)
      expect(content).not.toMatch(/[^\\]\*\*@everyone|\]\(https/)
    }
})

test('whoever was taken off a closed list hears whom to ask, of each', () => {
  const { content } = wordNews(
    [put('board', { way: 'parted', join: 'closed' }), put('chess', { way: 'parted', by: 'tool' })],
    linked,
  )
  expect(content.split('\n')).toEqual([
    '📬 **News about your lists**',
    '📤 An admin or owner took you off **board**.',
    '📤 You were taken off **chess**, in the directory by another tool.',
    'Who is on **board** is up to its owners: if that isn’t right, ask them or your admins.',
    'Isn’t that right? `/subscribe` brings you back, or ask your admins.',
    '-# To hear less of this: `/notify`',
  ])
})

test('whoever was taken off a list that somebody approves hears that their place has to be asked for', () => {
  const news = [put('chess', { way: 'parted', join: 'approval' })]
  const { content } = wordNews(news, linked)
  expect(content).toContain('`/subscribe` asks for your place again, and somebody has to approve it')
  expect(content).not.toContain('brings you back')
  expect(wordNews(news, { locale: 'zh-TW', isLinked: false }).content).toContain('提出申請')
})
