import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incidentKinds } from '../../../domain/contracts/incident.ts'
import type { NoticeRule, RulePlace } from '../../../domain/contracts/notice-rule.ts'
import type { About } from '../../../domain/contracts/topic.ts'
import { incidentPlaces } from '../../../domain/rules/incident-places.ts'
import { type DefaultPlaces, placesFor } from '../../../domain/rules/places-for.ts'

const alerts = '400000000000000001'
const workflows = '400000000000000002'
const elsewhere = '400000000000000003'
const role = '500000000000000001'
const defaults: DefaultPlaces = {
  alertChannelId: alerts,
  workflowChannelId: workflows,
  alertMailTo: 'ops@example.org',
}

let made = 0
const rule = (
  asks: Partial<NoticeRule>,
  place: RulePlace = { kind: 'channel', id: elsewhere },
): NoticeRule => ({
  id: `rule-${(made += 1)}`,
  source: null,
  event: null,
  repository: null,
  branch: null,
  severity: null,
  mention: null,
  createdBy: 'ada',
  createdAt: '2026-01-02T03:04:05.000Z',
  ...asks,
  place,
})
const nowhere: RulePlace = { kind: 'nowhere' }
const mail: RulePlace = { kind: 'mail', id: 'dev@example.org' }

const failed: About = {
  source: 'github',
  event: 'workflow_run.failed',
  repository: 'Example/Site',
  branch: 'release/2.x',
  severity: 'warning',
  isNews: true,
}
const push: About = { ...failed, event: 'push', severity: 'info', isNews: false }
const alert: About = {
  source: 'alertmanager',
  event: 'alert.firing',
  repository: null,
  branch: null,
  severity: 'critical',
  isNews: true,
}

const goesTo = (rules: NoticeRule[], about: About, given = defaults) =>
  placesFor(rules, about, given).places.map(({ kind, id }) => (kind === 'mail' ? id : `#${id}`))

describe('without a rule that asks for it', () => {
  test('alerts go to their channel, the rest to the other, what is not told by default nowhere', () => {
    expect(goesTo([], alert)).toEqual([`#${alerts}`])
    expect(goesTo([], failed)).toEqual([`#${workflows}`])
    expect(goesTo([], push)).toEqual([])
    expect(goesTo([rule({ source: 'api' })], failed)).toEqual([`#${workflows}`])
  })

  test('one channel stands in for the other, and mail for the channel of alerts', () => {
    expect(goesTo([], failed, { ...defaults, workflowChannelId: null })).toEqual([`#${alerts}`])
    const noChannel = { ...defaults, workflowChannelId: null, alertChannelId: null }
    expect(goesTo([], failed, noChannel)).toEqual([])
    expect(goesTo([], alert, noChannel)).toEqual(['ops@example.org'])
    expect(goesTo([], alert, { ...noChannel, alertMailTo: null })).toEqual([])
  })
})

describe('every rule that asks for it', () => {
  test('adds its place, once, and says so', () => {
    const rules = [
      rule({ source: 'github' }),
      rule({ branch: 'release/*' }, mail),
      rule({ event: 'workflow*' }),
    ]
    expect(placesFor(rules, failed, defaults)).toEqual({
      places: [
        { kind: 'channel', id: elsewhere, mention: null },
        { kind: 'mail', id: 'dev@example.org', mention: null },
      ],
      rules: rules.map(({ id }) => id),
    })
  })

  test('one address is one place however it is written', () => {
    const rules = [rule({}, mail), rule({}, { kind: 'mail', id: 'Dev@Example.org' })]
    expect(goesTo(rules, failed)).toEqual(['dev@example.org'])
  })

  test('the first that names somebody says who is mentioned there', () => {
    const rules = [rule({}), rule({ mention: role }), rule({ mention: 'here' })]
    expect(placesFor(rules, failed, defaults).places).toEqual([
      { kind: 'channel', id: elsewhere, mention: role },
    ])
  })

  test('nowhere wins over every place, whichever came first', () => {
    const rules = [rule({ source: 'github' }), rule({ branch: '*' }, nowhere), rule({}, mail)]
    expect(placesFor(rules, failed, defaults)).toEqual({ places: [], rules: rules.map(({ id }) => id) })
    expect(goesTo(rules, alert)).toEqual(['dev@example.org'])
  })
})

/** Where what is so severe goes by a rule for warnings. */
const whenSo = (severity: About['severity']) =>
  goesTo([rule({ severity: 'warning' })], { ...failed, severity })

describe('a rule', () => {
  test('without an event asks for what is told by default; with one for that, told by default or not', () => {
    expect(goesTo([rule({ source: 'github' })], push)).toEqual([])
    expect(goesTo([rule({ event: 'push' })], push)).toEqual([`#${elsewhere}`])
    expect(goesTo([rule({ event: '*' })], push)).toEqual([`#${elsewhere}`])
    expect(goesTo([rule({ event: 'PUSH' })], push)).toEqual([`#${elsewhere}`])
  })

  test('asks for at least a severity', () => {
    expect([whenSo('info'), whenSo('warning'), whenSo('critical')]).toEqual([
      [`#${workflows}`],
      [`#${elsewhere}`],
      [`#${elsewhere}`],
    ])
  })

  test.each([
    [{ repository: 'example/*' }, true],
    [{ repository: '*/SITE' }, true],
    [{ repository: 'example/site2' }, false],
    [{ repository: 'example' }, false],
    [{ repository: '*' }, true],
    [{ branch: 'release/*' }, true],
    [{ branch: 'release/2.*x' }, true],
    [{ branch: 'Release/*' }, false],
    [{ branch: 'release/2.x*2.x' }, false],
    [{ branch: 'release/2?x' }, false],
    [{ event: 'workflow_run.*', branch: '*2*' }, true],
    [{ event: 'workflow_run' }, false],
  ])('with %o fits: %s', (asks, fits) => {
    expect(goesTo([rule(asks)], failed)).toEqual([fits ? `#${elsewhere}` : `#${workflows}`])
  })

  test('about a repository or branch does not ask for what has none', () => {
    expect(goesTo([rule({ repository: '*' }), rule({ branch: '*' })], alert)).toEqual([`#${alerts}`])
  })
})

/** Text of few letters, so that patterns often nearly fit. */
const few = (length: number) => fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: length })
const fits = (pattern: string, branch: string) =>
  goesTo([rule({ branch: pattern })], { ...failed, branch })[0] === `#${elsewhere}`

describe('a pattern', () => {
  test('fits exactly what the same regular expression fits', () => {
    const pattern = fc.array(few(3), { maxLength: 4 }).map((parts) => parts.join('*'))
    fc.assert(
      fc.property(pattern, few(12), (given, branch) => {
        fc.pre(given !== '')
        const source = given
          .split('*')
          .map((part) => part.replaceAll('.', String.raw`\.`))
          .join('.*')
        expect(fits(given, branch)).toBe(new RegExp(`^${source}$`, 's').test(branch))
      }),
    )
  })

  test('has no special characters but *', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
        fc.string({ unit: 'binary' }),
        (text, more) => {
          fc.pre(!text.includes('*'))
          expect(fits(text, text)).toBe(true)
          expect(fits(text, `${text}${more}`)).toBe(more === '')
          expect(fits(`${text}*`, `${text}${more}`)).toBe(true)
        },
      ),
    )
  })

  test('made to be slow is held against the longest text as quickly as any', () => {
    // What backtracks would not end within a lifetime: 49 stars over 255 letters.
    expect(fits(`${'*a'.repeat(49)}*b`, 'a'.repeat(255))).toBe(false)
    expect(fits(`${'*a'.repeat(49)}*`, 'a'.repeat(255))).toBe(true)
    expect(fits('*'.repeat(100), 'a'.repeat(255))).toBe(true)
  })
})

const own = (rules: NoticeRule[], kind: (typeof incidentKinds)[number], given = defaults) =>
  incidentPlaces(rules, kind, given)
const ofOurs = (asks: Partial<NoticeRule>, place?: RulePlace) => rule({ source: 'guildpost', ...asks }, place)

describe('our own alerts', () => {
  test('are one message, in the first channel that a rule names, and mail besides', () => {
    const rules = [
      ofOurs({}, mail),
      ofOurs({ event: 'drift' }),
      ofOurs({}, { kind: 'channel', id: workflows }),
    ]
    expect(own(rules, 'drift')).toEqual({
      channel: { id: elsewhere, mention: null },
      mailTo: ['dev@example.org'],
      rules: rules.map(({ id }) => id),
    })
    expect(own([ofOurs({}, mail)], 'drift')).toMatchObject({
      channel: { id: alerts },
      mailTo: ['dev@example.org'],
    })
    expect(own([], 'drift')).toMatchObject({ channel: { id: alerts }, mailTo: [] })
    expect(own([], 'drift', { ...defaults, alertChannelId: null })).toMatchObject({
      channel: null,
      mailTo: ['ops@example.org'],
    })
  })

  test('mention somebody only where they are critical', () => {
    const rules = [ofOurs({ mention: role })]
    expect(own(rules, 'audit-broken').channel).toEqual({ id: elsewhere, mention: role })
    expect(own(rules, 'drift').channel).toEqual({ id: elsewhere, mention: null })
  })

  test.each(incidentKinds)('%s is kept from every place by a rule, unless it is critical', (kind) => {
    const all = own([rule({ event: '*' }, nowhere), rule({ source: 'guildpost' }, nowhere)], kind)
    const critical = own([ofOurs({ severity: 'critical' })], kind).channel?.id === elsewhere
    expect(all.channel?.id ?? null).toBe(critical ? alerts : null)
    expect(all.mailTo).toEqual([])
  })
})
