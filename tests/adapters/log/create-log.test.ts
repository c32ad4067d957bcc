import { DiscordAPIError } from '@discordjs/rest'
import { expect, test } from 'vitest'
import { createLog } from '../../../adapters/log/create-log.ts'

const secret = 'sHy-_secret.0123456789~value'

function start(level = 'info') {
  const lines: string[] = []
  const log = createLog({ name: 'test', level, destination: { write: (line) => void lines.push(line) } })
  return { log, lines }
}

test('a line is JSON with the name of its process', () => {
  const { log, lines } = start()
  log.info({ list: 'news' }, 'applied')
  log.debug('of no interest')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ name: 'test', level: 30, list: 'news', msg: 'applied' }),
  ])
})

test('no line has a secret: not in fields, messages, children, errors or their causes', () => {
  const { log, lines } = start()
  const cause = new Error(`connect postgres://guildpost:${secret}@db.example.org/guildpost`)
  const child = log.child({ headers: { authorization: `Bearer ${secret}` } })
  log.info({ password: secret, deep: { er: { still: { cookie: secret } } } }, `GET /link/${secret}`)
  child.warn({ err: new Error(`Bearer ${secret}`, { cause }) })
  child.child({ token: secret }).error(cause, 'failed')
  log.fatal({ err: Object.assign(cause, { config: { headers: { 'set-cookie': [secret, secret] } } }) })
  expect(lines).toHaveLength(4)
  for (const line of lines) {
    expect(line).toContain('[hidden]')
    expect(JSON.parse(line)).toBeTypeOf('object')
  }
  expect(lines.join('')).not.toContain(secret)
  expect(lines[1]).toContain('postgres://guildpost:[hidden]@db.example.org')
})

test('what discord.js throws does not tell how to answer in the bot’s name', () => {
  const { log, lines } = start()
  const error = new DiscordAPIError(
    { code: 10_015, message: 'Unknown Webhook' },
    10_015,
    404,
    'PATCH',
    `https://discord.com/api/v10/webhooks/200000000000000001/${secret}/messages/@original`,
    { body: { content: `https://lists.example.org/link/${secret}` }, files: [] },
  )
  log.warn({ err: error }, 'an interaction was left without an answer')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { status: 404 } })
  expect(lines[0]).not.toContain(secret)
})
