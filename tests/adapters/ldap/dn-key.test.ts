import { expect, it } from 'vitest'
import { dnKey } from '../../../adapters/ldap/dn-key.ts'

it.each([
  ['upper and lower case', 'UID=Alice,OU=People,DC=example,DC=org', 'uid=alice,ou=people,dc=example,dc=org'],
  ['spaces around separators', 'uid = alice , ou=people', 'uid=alice,ou=people'],
  ['spaces folded', 'cn=two  words,ou=people', 'cn=two words,ou=people'],
  ['hex and backslash escapes', 'cn=a\\2Cb,ou=people', 'cn=a\\,b,ou=people'],
  ['escaped UTF-8', 'cn=Zo\\C3\\AB,ou=people', 'cn=Zoë,ou=people'],
  ['quotes', 'cn="a,b",ou=people', 'cn=a\\,b,ou=people'],
  ['the order of a multi-valued RDN', 'uid=x+cn=y,ou=people', 'cn=y+uid=x,ou=people'],
  ['an emoji after an escape', 'cn=\\+😀,ou=people', 'cn=\\2b😀,ou=people'],
])('is the same for %s', (_, one, other) => {
  expect(dnKey(one)).toBe(dnKey(other))
})

it.each([
  ['a comma in a value and two RDNs', 'cn=a\\,b=c,ou=people', 'cn=a,b=c,ou=people'],
  ['a plus in a value and two parts', 'cn=a\\+b=c,ou=people', 'cn=a+b=c,ou=people'],
  ['two people', 'uid=alice,ou=people', 'uid=alicia,ou=people'],
  ['two branches', 'uid=alice,ou=people', 'uid=alice,ou=guests'],
])('differs for %s', (_, one, other) => {
  expect(dnKey(one)).not.toBe(dnKey(other))
})
