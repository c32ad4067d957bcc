import { expect, it } from 'vitest'
import { dnKey } from '../../../adapters/ldap/entries/dn-key.ts'

it.each([
  ['upper and lower case', 'UID=Alice,OU=People,DC=example,DC=org', 'uid=alice,ou=people,dc=example,dc=org'],
  ['spaces around separators', 'uid = alice , ou=people', 'uid=alice,ou=people'],
  ['spaces folded', 'cn=two  words,ou=people', 'cn=two words,ou=people'],
  ['hex and backslash escapes', 'cn=a\\2Cb,ou=people', 'cn=a\\,b,ou=people'],
  ['escaped UTF-8', 'cn=Zo\\C3\\AB,ou=people', 'cn=Zoë,ou=people'],
  ['quotes', 'cn="a,b",ou=people', 'cn=a\\,b,ou=people'],
  ['the order of a multi-valued RDN', 'uid=x+cn=y,ou=people', 'cn=y+uid=x,ou=people'],
  ['an emoji after an escape', 'cn=\\+😀,ou=people', 'cn=\\2b😀,ou=people'],
  ['an equals sign', 'cn=a\\3Db,ou=people', 'cn=a=b,ou=people'],
  ['equals beside an escape', 'cn=a\\=b,ou=x\\,y', 'cn=a=b,ou=x\\2Cy'],
  ['final sigma', 'cn=\\CE\\9F\\CE\\A3,ou=p', 'cn=ΟΣ,ou=p'],
  ['escaped space', 'cn=a\\20 b,ou=p', 'cn=a b,ou=p'],
  ['leading escaped hash', 'cn=\\#x,ou=p', 'cn=\\23x,ou=p'],
  ['upper case hidden in an escape', 'cn=\\5A,ou=p', 'cn=z,ou=p'],
  ['I with dot', 'cn=\\C4\\B0,ou=p', 'cn=İ,ou=p'],
  ['semicolon with escape', 'cn=a\\;b,ou=p', 'cn=a\\3Bb,ou=p'],
  ['angstrom', 'cn=\\E2\\84\\AB,ou=p', 'cn=å,ou=p'],
  ['a letter in two parts', 'cn=Zoe\u0308,ou=p', 'cn=Zo\u00eb,ou=p'],
  ['an escaped space at the end', 'cn=a\\ ,ou=p', 'cn=a,ou=p'],
  ['an escaped backslash at the end', 'cn=a\\\\ ,ou=p', 'cn=a\\5C,ou=p'],
  ['the long name of a type', 'commonName=board,OrganizationalUnitName=people', 'cn=board,ou=people'],
  ['the number of a type', '2.5.4.3=board,0.9.2342.19200300.100.1.25=org', 'cn=board,dc=org'],
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
