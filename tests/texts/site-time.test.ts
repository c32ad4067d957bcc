import { expect, it } from 'vitest'
import { wordIncident } from '../../texts/incident-alert.ts'
import { wordLeaving } from '../../texts/link-notices.ts'
import { cardMessage } from '../../texts/notices/card-message.ts'
import { siteTime } from '../../texts/site-time.ts'

const lateInTheEvening = '2026-03-04T20:06:07.890Z'

it.each([
  ['UTC', '2026-03-04 20:06:07 UTC'],
  ['Asia/Taipei', '2026-03-05 04:06:07 GMT+8'],
  ['Europe/Berlin', '2026-03-04 21:06:07 CET'],
  ['America/St_Johns', '2026-03-04 16:36:07 GMT-3:30'],
])('a moment in %s', (timeZone, written) => {
  expect(siteTime(lateInTheEvening, timeZone)).toBe(written)
})

it('follows the clocks of the zone through the year, and begins the day with 00', () => {
  expect(siteTime('2026-07-04T22:00:00Z', 'Europe/Berlin')).toBe('2026-07-05 00:00:00 CEST')
  expect(siteTime('2026-07-04T22:00:00Z', 'Europe/Berlin', { seconds: false })).toBe('2026-07-05 00:00 CEST')
})

it('a mail about a link that ends names the day that it is there', () => {
  const leaving = { username: 'bob', endsAt: new Date(lateInTheEvening) }
  expect(wordLeaving({ ...leaving, locale: 'en' }).text).toContain('ends on March 4, 2026')
  expect(wordLeaving({ ...leaving, locale: 'en' }, 'Asia/Taipei').text).toContain('ends on March 5, 2026')
  expect(wordLeaving({ ...leaving, locale: 'zh-TW' }, 'Asia/Taipei').text).toContain('2026年3月5日')
  expect(wordLeaving({ ...leaving, locale: 'en' }, 'Asia/Taipei').content).toContain('<t:1772654767:D>')
})

it('an alert says it in the mail, and leaves it to Discord in the message', () => {
  const facts = { list: 'news', count: 1, members: ['bob'], requestedBy: null, expiresAt: lateInTheEvening }
  const { text, content } = wordIncident('removals-held', facts, 'en', 'Asia/Taipei')
  expect(text).toContain('it ends 2026-03-05 04:06:07 GMT+8.')
  expect(content).toContain('it ends <t:1772654767:R>.')
})

it('a file beside a message says when what it tells happened', () => {
  const plain = { subject: 'it failed', text: 'all of it' }
  const card = {
    title: 'x'.repeat(300),
    url: null,
    text: '',
    fields: [],
    footer: null,
    colour: 'red',
    plain,
  } as const
  const happenedAt = new Date(lateInTheEvening)
  const { file } = cardMessage(
    [{ card: { ...card, fields: [] }, happenedAt, isLate: false }],
    null,
    'en',
    'Asia/Taipei',
  )
  expect(file?.text).toBe('it failed\n2026-03-05 04:06:07 GMT+8\n\nall of it\n')
})
