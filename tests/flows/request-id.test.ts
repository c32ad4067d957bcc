import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { createSystem } from '../_support/system.ts'

it('one id leads from what a member typed to what was written into the directory', async (t) => {
  const system = await createSystem({}, t)
  await Promise.all([
    system.start('api'),
    system.start('worker', { LOG_LEVEL: 'debug' }),
    system.start('bot'),
  ])
  await system.mirrored()
  const alice = system.onDiscord('alice')
  await system.link(alice, 'alice')
  const subscribing = await system.discord.slash(alice, 'subscribe', { list: 'news' })
  await subscribing.until((message) => message.content.includes('✅'))

  const [change] = await rows<{ id: string; requestId: string }>(
    system.db,
    `select id, request_id from change where via = 'discord'`,
  )
  const requestId = change?.requestId ?? 'no request id'
  expect(requestId).toBe(subscribing.id)

  /** The lines of a process in which the id is found, as grep would. */
  const linesOf = (name: string): Record<string, unknown>[] =>
    readFileSync(join(inject('runDir'), 'logs', `${name}-${new URL(system.apiUrl).port}.log`), 'utf8')
      .split('\n')
      .filter((line) => line.includes(requestId) && line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  await expect
    .poll(() => linesOf('bot'))
    .toContainEqual(expect.objectContaining({ msg: 'asked', command: 'subscribe' }))
  await expect
    .poll(() => linesOf('api'))
    .toContainEqual(
      expect.objectContaining({ method: 'PUT', route: '/api/v1/user/subscriptions/:name', status: 202 }),
    )
  await expect
    .poll(() => linesOf('worker'))
    .toContainEqual(
      expect.objectContaining({ outcome: 'applied', changes: [{ change: change?.id, requestId }] }),
    )
  expect(linesOf('worker')).toContainEqual(
    expect.objectContaining({
      msg: 'modifying the directory for 1',
      dn: system.directory.listDn('news'),
      changes: [{ change: change?.id, requestId }],
    }),
  )
})
