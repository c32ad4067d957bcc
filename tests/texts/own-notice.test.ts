import { expect, it } from 'vitest'
import { cardMessage } from '../../texts/notices/card-message.ts'
import { ownNoticeCard } from '../../texts/notices/own-notice.ts'

const url = `https://ci.example.org/runs/${'7'.repeat(300)}`

/** What Discord is given to show of a text that comes with an address. */
function shown(text: string): string {
  const happenedAt = new Date('2026-01-05T09:00:00Z')
  const facts = {
    kind: 'own-notice' as const,
    title: 'Backup failed',
    text,
    url,
    fields: [],
    by: { token: 'backup', username: 'ada' },
  }
  const topic = {
    severity: 'warning' as const,
    state: 'open' as const,
    count: 1,
    beganAt: happenedAt,
    happenedAt,
    facts,
  }
  const card = ownNoticeCard(topic, 'en')
  const { message } = cardMessage([{ card, happenedAt, isLate: false }], null)
  return message.embeds?.[0]?.description ?? ''
}

it.each([
  ['a block of code that is never closed', '```\nERROR: the disk is full'],
  ['code that is never closed', 'The disk `/dev/sda'],
  ['a spoiler that is never closed', '||The disk'],
  ['as much as may be said', 'word '.repeat(800).trim()],
])('its address can be opened whatever its text is: %s', (_what, text) => {
  const [first = '', ...rest] = shown(text).split('\n')
  expect(first).toBe(`🔗 ${url}`)
  expect(rest.join('\n').trim().slice(0, 3000)).toBe(text.slice(0, 3000))
})
