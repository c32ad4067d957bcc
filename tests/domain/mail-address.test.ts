import { describe, expect, it } from 'vitest'
import { chosen } from '../../domain/contracts/environment.ts'
import { readEnvironment } from '../../domain/contracts/read-environment.ts'
import { isMailAddress, readSender } from '../../domain/contracts/mail-address.ts'

describe('an address', () => {
  it.for([
    'alice@example.org',
    'o’neil@example.org',
    "o'neil+lists@example.org",
    'x-1_y=z@sub.example.org',
    'ops@localhost',
    'ops@mail-1',
    'josé@example.org',
    '用戶@例子.台灣',
    'ops@xn--fsqu00a.xn--kpry57d',
    `${'x'.repeat(64)}@example.org`,
    `ops@${'x'.repeat(63)}.org`,
  ])('can be %s', (address) => {
    expect(isMailAddress(address)).toBe(true)
  })

  it.for<[string, string]>([
    ['nothing', ''],
    ['a name', 'alice'],
    ['two of them', 'alice@example.org, bob@example.org'],
    ['with a name in front', 'Alice <alice@example.org>'],
    ['with two at-signs', 'alice@bob@example.org'],
    ['with a comment', 'alice(home)@example.org'],
    ['in quotes', '"alice smith"@example.org'],
    ['of a machine in brackets', 'alice@[127.0.0.1]'],
    ['of a machine', 'alice@127.0.0.1'],
    ['with a dot at the end', 'alice@example.org.'],
    ['with a dot too many', 'alice..smith@example.org'],
    ['with a dash in the wrong place', 'alice@-example.org'],
    ['with a space', 'alice smith@example.org'],
    ['with a line break', 'alice@example.org\r\nBcc: mallory@example.org'],
    ['with what nobody sees', 'ali\u200Bce@example.org'],
    ['read from right to left', 'alice\u202E@example.org'],
    ['with half a letter', 'alice\uD83D@example.org'],
    ['with a long name', `${'x'.repeat(65)}@example.org`],
    ['with a name that is long in octets', `${'é'.repeat(33)}@example.org`],
    ['that is long', `alice@${`${'x'.repeat(60)}.`.repeat(4)}example`],
    ['with a long label', `alice@${'x'.repeat(64)}.org`],
  ])('is not one %s', ([, address]) => {
    expect(isMailAddress(address)).toBe(false)
  })
})

describe('a sender', () => {
  it.for<[string, { name: string; address: string }]>([
    ['lists@example.org', { name: '', address: 'lists@example.org' }],
    ['Lists <lists@example.org>', { name: 'Lists', address: 'lists@example.org' }],
    ['"Lists, Inc." <lists@example.org>', { name: 'Lists, Inc.', address: 'lists@example.org' }],
    ['公會 <lists@localhost>', { name: '公會', address: 'lists@localhost' }],
  ])('is read from %s', ([written, sender]) => {
    expect(readSender(written)).toEqual(sender)
  })

  it.for([
    'Lists',
    'Lists <lists@example.org',
    'Lists <a@example.org> <b@example.org>',
    'Lists\nBcc: x <lists@example.org>',
  ])('is not %j', (written) => {
    expect(readSender(written)).toBeNull()
  })
})

describe('the configuration', () => {
  const pieces = chosen('MAIL_FROM', 'ALERT_MAIL_TO')

  it('takes a sender with a name, and one address for alerts', () => {
    const given = { MAIL_FROM: 'guildpost <lists@example.org>', ALERT_MAIL_TO: 'ops@localhost' }
    expect(readEnvironment(pieces, given)).toEqual(given)
  })

  it('names both when they are none', () => {
    const given = { MAIL_FROM: 'guildpost', ALERT_MAIL_TO: 'ops@example.org, more@example.org' }
    expect(() => readEnvironment(pieces, given)).toThrow(
      /MAIL_FROM is not valid[\s\S]*ALERT_MAIL_TO is not valid/,
    )
  })
})
