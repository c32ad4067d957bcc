import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { createMailer } from '../../../adapters/mail/create-mailer.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { postgresThatGoesAway } from '../../_support/postgres-away.ts'
import { createWorld, testLog, waitUntil } from '../../_support/world.ts'
import { newId } from '../../../domain/store/new-id.ts'

it('a mail that was taken while Postgres went away for a moment comes once', async (t) => {
  const world = await createWorld({}, t)
  const sink = await startTestMailSink(t)
  const postgres = await postgresThatGoesAway(world.databaseUrl, t)
  const real = createMailer({ url: sink.url, from: 'guildpost <lists@example.org>', log: testLog })
  let sent = 0
  await world.worker(
    {
      followsDirectory: false,
      mailer: {
        ...real,
        send: async (mail) => {
          const result = await real.send(mail)
          sent += 1
          if (sent === 1) {
            // Postgres is restarted the moment that the server has said 250.
            postgres.goAwayForAMoment()
          }
          return result
        },
      },
    },
    { DATABASE_URL: postgres.url, SMTP_URL: sink.url },
  )
  await rows(
    world.db,
    `insert into mail (id, kind, to_address, subject, text_body) values (:id, 'change-ended', 'alice@example.org', 'You’re on news now.', 'x')`,
    { id: newId() },
  )
  await rows(world.db, `select pg_notify('outbox', '')`)
  // Else whoever looks after 180 s would send it again.
  await waitUntil('it is on record', async () => {
    const [mail] = await rows<{ state: string }>(world.db, 'select state from mail')
    return mail?.state === 'sent' ? true : null
  })
  expect(sink.messages.map(({ to }) => to)).toEqual([['alice@example.org']])
})
