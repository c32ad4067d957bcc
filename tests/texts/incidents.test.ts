import { describe, expect, test } from 'vitest'
import { type Incident, incidentKinds } from '../../domain/contracts/incident.ts'
import type { FactualKind, IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import { asIs } from '../../texts/as-is.ts'
import { durationIn } from '../../texts/duration.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import { incidentMessage, wordOver } from '../../texts/incident-message.ts'
import { locales } from '../../texts/translate.ts'

const long = '*'.repeat(64)
const names = Array.from({ length: 1000 }, (_, at) => `somebody_with_a_name-${at}`)
const words = `_${'m'.repeat(3000)}`
const away = { reason: words, sinceS: 100_000 }
const facts: IncidentFacts = {
  'directory-away': away,
  'target-paused': { target: 'ldap', code: '50', reason: words, waiting: 1_000_000 },
  'change-failed': {
    list: long,
    members: names,
    count: 100_000,
    action: 'unsubscribe',
    code: '19',
    message: words,
  },
  'list-entry-failed': { list: long, operation: 'create', code: '68', message: words },
  'queue-old': { oldestS: 400, waiting: 1_000_000 },
  'removals-held': {
    list: long,
    count: 100_000,
    members: names,
    requestedBy: long,
    expiresAt: '2030-01-01T00:00:00Z',
  },
  'requests-waiting': { list: long, count: 100_000, members: names, askedAt: '2030-01-01T00:00:00Z' },
  'people-gone': { gone: 100_000, linked: 100_000 },
  'lists-gone': { gone: 1000, total: 1000, lists: names },
  'admins-lost': { problem: 'empty', value: words },
  'read-incomplete': { problem: words },
  drift: { list: long, joined: names, parted: names, joinedCount: 100_000, partedCount: 100_000, edits: 100 },
  'redis-away': away,
  'redis-full': { used: 240 * 1024 * 1024, max: 256 * 1024 * 1024 },
  'jobs-away': away,
  'postgres-away': away,
  'pool-exhausted': { process: 'worker', waiting: 1, max: 10 },
  'mail-undeliverable': { count: 3, error: words },
  'discord-undeliverable': { count: 3, error: words },
  'clock-skew': { skewS: -7.4, from: 'postgres' },
  'audit-broken': { position: 12, problem: words },
}
const kinds = Object.keys(facts) as FactualKind[]

const incident = (kind: FactualKind, more: Partial<Incident> = {}): Incident & { content: string } => ({
  ...wordIncident(kind, facts[kind]),
  id: '019a0000-0000-7000-8000-000000000001',
  kind,
  state: 'open',
  count: 1_000_000,
  revision: 1_000_000,
  actions: ['acknowledge', 'approve', 'deny', 'retry', 'revert'],
  outcome: null,
  decidedBy: null,
  beganAt: '2026-01-01T00:00:00.000Z',
  lastAt: '2026-01-01T00:10:00.000Z',
  acknowledgedBy: long,
  acknowledgedAt: '2026-01-01T00:05:00.000Z',
  resolvedAt: null,
  ...more,
})

test('every kind has its words; those of the role are told apart by their own', () => {
  expect([...kinds, 'role'].toSorted()).toEqual([...incidentKinds].toSorted())
})

describe.each(kinds)('%s', (kind) => {
  test.each(locales)('says what is wrong and what to do, and fits into a message (%s)', (locale) => {
    const { content, subject, text } = wordIncident(kind, facts[kind], locale)
    expect(content.length).toBeLessThanOrEqual(1800)
    expect(content.split('\n').length).toBeGreaterThanOrEqual(3)
    expect(content).toMatch(kind === 'requests-waiting' ? /^🙋 \*\*/u : /^⚠️ \*\*/)
    expect(subject.length).toBeLessThanOrEqual(100)
    expect(text.trim().split('\n\n')).toHaveLength(2)
    expect(text).not.toMatch(/<t:|undefined|NaN/)
    expect(content).not.toMatch(/undefined|NaN/)
  })

  test('in Traditional Chinese too', () => {
    const { content, subject } = wordIncident(kind, facts[kind], 'zh-TW')
    expect(subject).toMatch(/\p{Script=Han}/u)
    expect(content).not.toMatch(/[们这个说时请订阅邮单链账户录]/)
  })

  test.each(locales)('its message fits with all that can be said of it, in every state (%s)', (locale) => {
    const all = [
      incident(kind),
      incident(kind, { state: 'acknowledged', actions: ['retry'] }),
      incident(kind, {
        state: 'resolved',
        outcome: 'expired',
        actions: [],
        resolvedAt: '2026-01-05T00:00:00.000Z',
      }),
    ]
    for (const one of all) {
      const { content, components } = incidentMessage(one, locale)
      expect(content.length).toBeLessThanOrEqual(2000)
      expect(components).toHaveLength(one.state === 'resolved' ? 0 : 1)
      for (const { components: buttons } of components) {
        expect(buttons).toHaveLength(one.actions.length)
        for (const button of buttons) {
          expect('custom_id' in button && button.custom_id.length).toBeLessThanOrEqual(100)
          expect(button.label).not.toBe('')
        }
      }
    }
  })
})

test.each(locales)('that the API’s account is refused has words of its own, which fit (%s)', (locale) => {
  const { subject, content, text } = wordIncident('directory-away', { ...away, refused: 'api' }, locale)
  expect(subject).not.toBe(wordIncident('directory-away', away, locale).subject)
  expect(subject).toContain('API')
  expect(content.length).toBeLessThanOrEqual(1800)
  expect(text).toContain('LDAP_READ_BIND_DN')
  expect(text).toContain(locale === 'en' ? 'Nobody can sign in' : '沒有人能登入')
  expect(text).not.toMatch(/undefined|NaN/)
})

test.each(locales)('a change that failed promises nothing of what its member hears (%s)', (locale) => {
  for (const count of [1, 5]) {
    const { content } = wordIncident('change-failed', { ...facts['change-failed'], count }, locale)
    expect(content).not.toMatch(/\btold\b|通知/)
  }
})

test('what came from outside is plain text in Discord, and as it is in a mail', () => {
  const { content, text } = wordIncident('change-failed', {
    list: 'news',
    members: ['eve_*_<@123>'],
    count: 1,
    action: 'subscribe',
    code: '19',
    message: '**bold** @everyone\nsecond line [x](https://example.org)',
  })
  expect(content).toContain(
    String.raw`Putting eve\_\*\_\<\@123\> on news failed (19): \*\*bold\*\* \@everyone second line \[x\]\(https`,
  )
  expect(content.split('\n')).toHaveLength(3)
  expect(text).toContain('Putting eve_*_<@123> on news failed (19): **bold** @everyone')
})

test('names are listed as far as there is room, and all of them in a mail', () => {
  const { content, text, isCut } = wordIncident('removals-held', { ...facts['removals-held'], list: 'news' })
  const shown = content.match(/somebody/g)?.length ?? 0
  expect(content.length).toBeGreaterThan(1700)
  expect(shown).toBeGreaterThan(40)
  expect(isCut).toBe(true)
  expect(content).toContain(` and ${100_000 - shown} more.`)
  expect(text.match(/somebody/g)).toHaveLength(1000)
  expect(text).toContain('and 99000 more')
})

const driftOf = (joined: string[], parted: string[]) =>
  wordIncident('drift', {
    list: 'news',
    joined,
    parted,
    joinedCount: joined.length,
    partedCount: parted.length,
    edits: 1,
  })

test('of two lists of names the longer one gets what the shorter one leaves', () => {
  const uneven = driftOf(names, ['zoe'])
  expect(uneven.content).toContain('zoe.')
  expect(uneven.content.length).toBeGreaterThan(1700)
  const even = driftOf(names, names)
  expect(even.content.length).toBeGreaterThan(1650)
  expect(even.content).toMatch(/and \d+ more\. No longer on it \(1000\): .* and \d+ more\./)
  const fits = driftOf(names.slice(0, 20), names.slice(20, 40))
  expect(fits.content).not.toContain('more')
  expect(fits).not.toHaveProperty('isCut')
})

test.each([
  [1, '1 second', '1 秒'],
  [89, '89 seconds', '89 秒'],
  [90, '2 minutes', '2 分鐘'],
  [7200, '2 hours', '2 小時'],
  [200_000, '2 days', '2 天'],
])('%d seconds are %s', (seconds, en, zhTw) => {
  expect(durationIn(asIs.en, seconds)).toBe(en)
  expect(durationIn(asIs['zh-TW'], seconds)).toBe(zhTw)
})

test('it opens what it is about where that has an address, as long as it lasts', () => {
  const opens = 'https://discord.com/channels/300000000000000001/400000000000000009'
  const button = { type: 2, style: 5, url: opens, label: 'Open' }
  const about = (more: Partial<Incident>) =>
    incidentMessage({ ...incident('discord-undeliverable', more), opens })
  const [row] = about({ actions: ['acknowledge'] }).components
  expect(row?.components).toMatchObject([{ label: 'Acknowledge' }, button])
  expect(about({ state: 'acknowledged', actions: [] }).components).toEqual([
    { type: 1, components: [button] },
  ])
  const resolvedAt = '2026-01-01T03:00:00.000Z'
  expect(about({ state: 'resolved', actions: [], resolvedAt }).components).toEqual([])
})

const buttons = (kind: FactualKind) =>
  incidentMessage(incident(kind, { actions: ['approve', 'deny'] })).components[0]?.components

test('to let somebody in is no red button, as to approve what removals wait for is', () => {
  expect(buttons('requests-waiting')).toMatchObject([{ label: 'Approve', style: 1 }, { label: 'Deny' }])
  expect(buttons('removals-held')).toMatchObject([{ label: 'Approve', style: 4 }, { label: 'Deny' }])
})

test('who asked to join and was let in: the same message, without what was to be done', () => {
  const over = incident('requests-waiting', {
    state: 'resolved',
    outcome: 'approved',
    decidedBy: 'ada',
    count: 1,
    actions: [],
    resolvedAt: '2026-01-01T00:02:00.000Z',
  })
  const words = wordIncident('requests-waiting', {
    list: 'chess',
    count: 1,
    members: ['heidi'],
    askedAt: '2026-01-01T00:00:00.000Z',
  })
  expect(incidentMessage({ ...over, ...words }).content).toBe(
    '✅ **Somebody asks to join chess**: resolved after 2 minutes\nApproved by ada.\nheidi asked to be put on chess (<t:1767225600:R>).',
  )
})

test.each([
  ['approved', 'by', 'Approved by \\*\\*me\\*\\*.'],
  ['denied', 'by', 'Denied by \\*\\*me\\*\\*.'],
  ['reverted', 'by', 'Reverted by \\*\\*me\\*\\*.'],
  ['retried', 'by', 'Tried again by \\*\\*me\\*\\*.'],
  ['approved', 'by somebody forgotten', 'Approved.'],
  ['expired', 'by nobody', 'Nobody decided in time, so nothing was done.'],
  ['over', 'by itself', undefined],
])('what was %s %s says so, in its second line', (outcome, who, line) => {
  const decidedBy = who === 'by' ? '**me**' : null
  const over = incident('drift', {
    state: 'resolved',
    outcome,
    decidedBy,
    resolvedAt: '2026-01-01T03:00:00.000Z',
  })
  const [, second] = incidentMessage(over).content.split('\n')
  const words = wordIncident('drift', facts.drift).content.split('\n')
  expect(second).toBe(line ?? words[1])
})

test('where nothing is left to do there is no empty row of buttons, which Discord refuses', () => {
  expect(incidentMessage(incident('redis-away', { state: 'acknowledged', actions: [] })).components).toEqual(
    [],
  )
})

test('what is over says how long it took, and no more what to do', () => {
  const over = incident('people-gone', {
    state: 'resolved',
    outcome: 'denied',
    count: 1,
    actions: [],
    resolvedAt: '2026-01-01T03:00:00.000Z',
  })
  expect(incidentMessage(over)).toEqual({
    content:
      '✅ **Many linked members are gone from the directory**: resolved after 3 hours\nDenied.\n' +
      '100000 of 100000 linked members are not in the directory any more. That many at once look like a mistake, so nobody is told and no link ends for now.',
    components: [],
  })
  expect(wordOver(over)).toMatchObject({
    subject: 'Over: Many linked members are gone from the directory',
    text: expect.stringContaining('after 3 hours') as string,
  })
})
