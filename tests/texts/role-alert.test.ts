import { expect, test } from 'vitest'
import type { RoleFault } from '../../domain/rules/role-fault.ts'
import { alertsEn } from '../../texts/alerts.en.ts'
import { roleFaultLine, wordRoleFault } from '../../texts/role-alert.ts'

/** A role's name may have a hundred characters. */
const long = 'r'.repeat(100)
const faults: RoleFault[] = [
  { kind: 'everyone' },
  { kind: 'missing' },
  { kind: 'managed', role: long },
  { kind: 'privileged', role: long, permissions: Array.from({ length: 20 }, () => 'p'.repeat(45)) },
  { kind: 'no-permission', role: long },
  { kind: 'too-high', role: long, ownRole: long },
  { kind: 'not-in-guild' },
  { kind: 'no-intent' },
  { kind: 'held', removals: 1_000_000, holders: 1_000_000 },
  { kind: 'refused', message: 'm'.repeat(200) },
]

test('every fault has its words', () => {
  expect(faults.map(({ kind }) => kind).toSorted()).toEqual(
    [...new Set(Object.keys(alertsEn).map((key) => key.split('.')[1] ?? ''))].toSorted(),
  )
})

test.for(faults)(
  '$kind: fits into a message, says what is wrong and what to do, in both languages',
  (fault) => {
    for (const locale of ['en', 'zh-TW'] as const) {
      const { content, subject, text } = wordRoleFault(fault, locale)
      expect(content.length).toBeLessThanOrEqual(2000)
      expect(content).toContain(subject)
      expect(text.trim().split('\n\n')).toHaveLength(2)
    }
    expect(wordRoleFault(fault, 'zh-TW').content).toMatch(/\p{Script=Han}/u)
    expect(wordRoleFault(fault, 'zh-TW').content).not.toMatch(/[们这个说时请订阅邮单链账户录]/)
  },
)

test('what keeps a worker from starting names the variable', () => {
  for (const fault of faults.slice(0, 4)) expect(roleFaultLine(fault)).toMatch(/^DISCORD_VERIFIED_ROLE_ID /)
})
