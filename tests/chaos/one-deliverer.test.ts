import { expect, it } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { startTestMailSink } from '../_support/servers.ts'
import { createWorld, waitUntil } from '../_support/world.ts'

it('two workers with a slow mail server send each mail once', async (t) => {
  const world = await createWorld({}, t)
  const sink = await startTestMailSink(t)
  sink.behave({ delayMs: 500 })
  await Promise.all([world.worker({}, { SMTP_URL: sink.url }), world.worker({}, { SMTP_URL: sink.url })])
  // Fewer than both can send at once: whoever has nothing to do looks for more meanwhile.
  const count = 3
  for (let number = 0; number < count; number += 1)
    await rows(
      world.db,
      `insert into mail (id, kind, to_address, subject, text_body) values (:id, 'change-ended', 'bob@example.org', :subject, 'Proven.')`,
      { id: newId(), subject: `mail ${number}` },
    )
  await rows(world.db, `select pg_notify('outbox', '')`)
  await waitUntil('all are sent', async () => {
    const left = await rows(world.db, `select 1 from mail where state = 'queued' limit 1`)
    return left.length === 0 ? true : null
  })
  expect(sink.messages.map(({ subject }) => subject).toSorted()).toEqual(
    Array.from({ length: count }, (_, number) => `mail ${number}`),
  )
})
