import { expect, it } from 'vitest'
import { renamedListDn } from '../../../adapters/ldap/entries/list-dn.ts'

it.each([
  ['cn=news,ou=lists', 'cn=plain,ou=lists'],
  ['CN = news,ou=lists', 'cn=plain,ou=lists'],
  ['cn=a\\,b\\+c,ou=lists', 'cn=plain,ou=lists'],
  ['cn="a,b+c\\"",ou=lists', 'cn=plain,ou=lists'],
  ['cn=news+mail=a\\+b@example.org,ou=lists', 'cn=plain+mail=a\\+b@example.org,ou=lists'],
  ['mail=news@example.org,cn=all,ou=lists', 'mail=news@example.org,cn=all,ou=lists'],
])('a list gets another name where it is: %s', (dn, renamed) => {
  expect(renamedListDn(dn, 'plain')).toBe(renamed)
})
