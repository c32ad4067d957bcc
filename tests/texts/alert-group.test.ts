import { expect, it } from 'vitest'
import { alertGroupCard } from '../../texts/notices/alert-group.ts'

it('a group of alerts reads one way in a mail, whatever its texts are', () => {
  const beganAt = new Date('2026-01-05T09:00:00Z')
  const turned = 'At \u202Ehttps://evil.example/#gro.elpmaxe.knab//:sptth\u202C\n\u2067and so on'
  const facts = {
    kind: 'alert-group' as const,
    receiver: 'guildpost',
    labels: { alertname: 'DiskFull', node: turned },
    groupedBy: ['alertname'],
    annotations: { summary: turned, description: turned, message: turned },
    url: null,
    firing: 1,
    resolved: 0,
    leftOut: 0,
    alerts: [],
  }
  const group = {
    severity: 'warning' as const,
    state: 'open' as const,
    count: 1,
    beganAt,
    happenedAt: beganAt,
    facts,
  }
  const { plain } = alertGroupCard(group, 'en', 'UTC')
  expect(plain.text).toContain('https://evil.example/#gro.elpmaxe.knab//:sptth\nand so on')
  expect(`${plain.subject}${plain.text}`).not.toMatch(/\p{Bidi_Control}/u)
})
