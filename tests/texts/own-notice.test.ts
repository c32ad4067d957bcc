import { expect, it } from 'vitest'
import type { Card } from '../../domain/contracts/card.ts'
import { cardMessage } from '../../texts/notices/card-message.ts'
import { ownNoticeCard } from '../../texts/notices/own-notice.ts'

const url = `https://ci.example.org/runs/${'7'.repeat(300)}`

/** The card of a text that comes with an address. */
function cardOf(text: string, happenedAt: Date): Card {
  const facts = {
    kind: 'own-notice' as const,
    title: 'Backup failed',
    text,
    url,
    fields: [{ name: 'Where', value: text }],
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
  return ownNoticeCard(topic, 'en')
}

/** What Discord is given to show of it. */
function shown(text: string): string {
  const happenedAt = new Date('2026-01-05T09:00:00Z')
  const card = cardOf(text, happenedAt)
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

it('nothing of it reads backwards in a mail either, where an address could pass for another', () => {
  const { plain } = cardOf(
    'At \u202Ehttps://evil.example/#gro.elpmaxe.knab//:sptth\u202C\n  see there',
    new Date(),
  )
  expect(plain.text).toContain('At https://evil.example/#gro.elpmaxe.knab//:sptth\n  see there')
  expect(plain.text).not.toMatch(/\p{Bidi_Control}/u)
})
