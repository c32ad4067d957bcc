import { expect, it } from 'vitest'
import { replaceLdif } from '../../../adapters/ldap/entries/ldif.ts'

/** What a reader of LDIF takes the value for (RFC 2849): some characters are none of it where it stands in plain. */
function valueIn(ldif: string): string | undefined {
  const [, isBase64, written = ''] = /^description:(:?) (.*)$/m.exec(ldif) ?? []
  if (isBase64) return Buffer.from(written, 'base64').toString()
  return /^[^ :<][\x20-\x7e]*[^ ]$/.test(written) ? written : undefined
}

it.each([
  'plain: words <and> more',
  ' a space at the beginning',
  'and one at the end ',
  ': a colon at the beginning',
  '< a file’s mark',
  '<file:///etc/passwd',
  'two\nlines',
  'dn: cn=another\nchangetype: delete',
  '家',
])('shows a value as it is, in one line: %j', (value) => {
  const ldif = replaceLdif('cn=news,ou=lists', 'description', [value])
  expect(valueIn(ldif)).toBe(value)
  expect(ldif.split('\n')).toHaveLength(6)
})
