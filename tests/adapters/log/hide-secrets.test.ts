import fc from 'fast-check'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { hideSecrets } from '../../../adapters/log/hide-secrets.ts'
import { newApiToken } from '../../../domain/rules/api-token.ts'

const token = newApiToken()
const discordToken = `${Buffer.from('100000000000000001').toString('base64')}.GaBcDe.${'x-Y_9'.repeat(8)}`
const long = 'sHy-_secret.0123456789~value'

test.each([
  ['a bearer', `sent Bearer ${long} to them`, 'sent Bearer [hidden] to them'],
  ['a bearer in lower case', `authorization: bearer ${long}`, 'authorization: bearer [hidden]'],
  ['basic credentials', 'Basic YWxpY2U6c2VjcmV0', 'Basic [hidden]'],
  ['a Discord credential', `Bot ${discordToken}`, 'Bot [hidden]'],
  ['a Discord token by itself', `the token ${discordToken} was refused`, 'the token [hidden] was refused'],
  ['an API token', `(${token})`, '(gp_[hidden])'],
  [
    'a password in an address',
    'connect postgres://guildpost:p@ss:w%2Frd@db.example.org/guildpost failed',
    'connect postgres://guildpost:[hidden]@db.example.org/guildpost failed',
  ],
  ['a password without a name', 'redis://:secret@cache:6379', 'redis://:[hidden]@cache:6379'],
  [
    'the token of a link',
    `https://lists.example.org/link/${long}?lang=en`,
    'https://lists.example.org/link/[hidden]?lang=en',
  ],
  ['the token of an undo', `GET /undo/${long}`, 'GET /undo/[hidden]'],
  ['the token of a move', `GET /move/%41${long}`, 'GET /move/[hidden]'],
  [
    'the token of an interaction',
    `https://discord.com/api/v10/webhooks/200000000000000001/${long}/messages/@original`,
    'https://discord.com/api/v10/webhooks/200000000000000001/[hidden]/messages/@original',
  ],
  [
    'the token of a callback',
    `/interactions/100000000000000001/${long}/callback`,
    '/interactions/100000000000000001/[hidden]/callback',
  ],
  [
    'our cookies',
    `__Host-guildpost_session=${long}; guildpost_csrf=${long}; theme=dark`,
    '__Host-guildpost_session=[hidden]; guildpost_csrf=[hidden]; theme=dark',
  ],
  ['a form', `username=alice&password=${long}&code=123456`, 'username=alice&password=[hidden]&code=[hidden]'],
  ['what guards a form', `_csrf=${long}&username=alice`, '_csrf=[hidden]&username=alice'],
  ['a variable', `SERVICE_TOKEN=${long}`, 'SERVICE_TOKEN=[hidden]'],
])('%s is hidden', (_case, line, shown) => {
  expect(hideSecrets(line)).toBe(shown)
})

test('values are hidden by name, at any depth, whatever they are', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }).map((value) => `"${value}\\"`),
      (value) => {
        const entry = {
          password: value,
          deep: [{ headers: { authorization: value, 'x-csrf-token': value, 'set-cookie': ['a=b', 'c=d'] } }],
          cookies: { guildpost_session: value },
          bindPassword: value,
          body: JSON.stringify({ password: value, kept: 'kept' }),
          code: '123456',
          kept: 'kept',
        }
        expect(JSON.parse(hideSecrets(JSON.stringify(entry)))).toEqual({
          password: '[hidden]',
          deep: [
            {
              headers: {
                authorization: '[hidden]',
                'x-csrf-token': '[hidden]',
                'set-cookie': ['[hidden]'],
              },
            },
          ],
          cookies: { guildpost_session: '[hidden]' },
          bindPassword: '[hidden]',
          body: '{"password":"[hidden]","kept":"kept"}',
          code: '[hidden]',
          kept: 'kept',
        })
      },
    ),
    { seed: 4 },
  )
})

test('values of names for many, and numbers, are hidden, too', () => {
  const entry = {
    serviceTokens: [long, 'other'],
    SERVICE_TOKENS: long,
    password: 12345678,
    deep: JSON.stringify({ pinSecret: -1.5e3, cookies: ['a', 'b'], tokens: 3 }),
  }
  expect(JSON.parse(hideSecrets(JSON.stringify(entry)))).toEqual({
    serviceTokens: ['[hidden]'],
    SERVICE_TOKENS: '[hidden]',
    password: '[hidden]',
    deep: '{"pinSecret":"[hidden]","cookies":["[hidden]"],"tokens":3}',
  })
  expect(hideSecrets(inspect({ token: 1234 }))).toBe('{ token: [hidden] }')
})

test('objects as Node shows them are looked at, too', () => {
  expect(hideSecrets(inspect({ password: long, url: 'x', token: long }, { breakLength: Infinity }))).toBe(
    "{ password: '[hidden]', url: 'x', token: '[hidden]' }",
  )
})

test.each([
  '{"level":30,"route":"/link/:token","status":200,"msg":"answered"}',
  '{"err":{"code":"ECONNREFUSED","message":"connect ECONNREFUSED 127.0.0.1:5432"}}',
  '{"err":{"code":"23505","message":"duplicate key"},"tokens":3,"tokenId":"x"}',
  '{"msg":"the Bot token is missing, send a Bearer"}',
  'https://lists.example.org/account and mail to alice@example.org',
  'ldap://127.0.0.1:389/ou=people then ops@example.org',
])('%s says no secret and stays as it is', (line) => {
  expect(hideSecrets(line)).toBe(line)
})
