import { expect, it } from 'vitest'
import { dnKey } from '../../adapters/ldap/entries/dn-key.ts'
import { type Person, type PlannedChange, planModify } from '../../domain/rules/plan-modify.ts'

const person = (uid: string, more: Partial<Person> = {}): Person => ({
  dn: `uid=${uid},ou=people`,
  dnKey: `uid=${uid},ou=people`,
  uid,
  mails: [`${uid}@example.org`, `${uid}@home.example`],
  ...more,
})
const change = (action: PlannedChange['action'], who: Person, ...shared: string[]): PlannedChange => ({
  id: `${action} ${who.uid}`,
  action,
  person: who,
  sharedKeys: new Set(shared),
})
const group = (...values: string[]) => ({
  listClass: 'groupOfNames' as const,
  members: new Map(values.map((value) => [dnKey(value), value])),
  keyOf: dnKey,
  placeholder: 'cn=placeholder',
})
const alias = (...values: string[]) => ({
  listClass: 'nisMailAlias' as const,
  members: new Map(values.map((value) => [value.toLowerCase(), value])),
  keyOf: (value: string) => value.toLowerCase(),
  placeholder: null,
})

it('adds and removes only what differs, in the spelling that the list has', () => {
  const plan = planModify(
    [
      change('subscribe', person('alice')),
      change('subscribe', person('bob')),
      change('unsubscribe', person('carol')),
      change('unsubscribe', person('dave')),
    ],
    group('UID=Bob,OU=people', 'uid=CAROL, ou=people', 'cn=stranger'),
  )
  expect(plan).toMatchObject({ add: ['uid=alice,ou=people'], remove: ['uid=CAROL, ou=people'] })
  expect(plan.outcomes.get('subscribe bob')).toEqual({ kind: 'found' })
  expect(plan.outcomes.get('unsubscribe dave')).toEqual({ kind: 'found' })
})

it('puts the placeholder in when the last one leaves, and only then', () => {
  expect(planModify([change('unsubscribe', person('bob'))], group('uid=bob,ou=people')).add).toEqual([
    'cn=placeholder',
  ])
  expect(planModify([change('unsubscribe', person('bob'))], group('uid=bob,ou=people', 'cn=x')).add).toEqual(
    [],
  )
  // Somebody comes as the last one leaves; or nobody moves on a list that has nobody.
  const changes = [change('unsubscribe', person('bob')), change('subscribe', person('alice'))]
  expect(planModify(changes, group('uid=bob,ou=people')).add).toEqual(['uid=alice,ou=people'])
  expect(planModify([change('unsubscribe', person('bob'))], group()).add).toEqual([])
})

it('takes any address of a person for theirs, and writes the first', () => {
  const plan = planModify(
    [change('subscribe', person('alice')), change('unsubscribe', person('bob'))],
    alias('BOB@home.example'),
  )
  expect(plan).toMatchObject({ add: ['alice@example.org'], remove: ['BOB@home.example'] })
  expect(
    planModify([change('subscribe', person('bob'))], alias('BOB@home.example')).outcomes.get('subscribe bob'),
  ).toEqual({
    kind: 'found',
  })
})

it.each([
  ['ADDRESS_SHARED', 'subscribe', person('alice'), ['alice@example.org']],
  ['ADDRESS_SHARED', 'unsubscribe', person('alice'), ['alice@example.org']],
  ['NO_ADDRESS', 'subscribe', person('alice', { mails: [] }), []],
  ['ADDRESS_NOT_ASCII', 'subscribe', person('alice', { mails: ['älice@example.org'] }), []],
  ['MEMBER_GONE', 'subscribe', person('alice', { dn: null }), []],
] as const)('refuses with %s to %s, and writes nothing for it', (code, action, who, shared) => {
  const plan = planModify([change(action, who, ...shared)], alias('alice@example.org'))
  expect(plan).toMatchObject({ add: [], remove: [] })
  expect(plan.outcomes.get(`${action} alice`)).toMatchObject({ kind: 'failed', reason: { code } })
})

it('refuses a user name that somebody else has too', () => {
  const list = { ...alias('alice'), listClass: 'posixGroup' as const }
  const plan = planModify([change('unsubscribe', person('alice'), 'alice')], list)
  expect(plan).toMatchObject({ add: [], remove: [] })
  expect(plan.outcomes.get('unsubscribe alice')).toMatchObject({ reason: { code: 'USERNAME_SHARED' } })
})

it('takes somebody off who is gone from the directory', () => {
  const plan = planModify(
    [change('unsubscribe', person('bob', { dn: null }))],
    group('uid=bob,ou=people', 'cn=x'),
  )
  expect(plan.remove).toEqual(['uid=bob,ou=people'])
})
