import { expect, it } from 'vitest'
import { DiscordTokenError } from '../../adapters/discord-rest/discord-result.ts'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { startTestMailSink } from '../_support/servers.ts'
import { createWorld, waitUntil } from '../_support/world.ts'

const refuse = () => Promise.reject(new DiscordTokenError())

it('tells a member by mail when Discord refuses the bot’s token, and says so once', async (t) => {
  const world = await createWorld({}, t)
  const mailSink = await startTestMailSink(t)
  await world.worker(
    {
      discord: {
        sendDirectMessage: refuse,
        sendChannelMessage: refuse,
        editChannelMessage: refuse,
        addRole: refuse,
        removeRole: refuse,
      },
    },
    { SMTP_URL: mailSink.url },
  )
  await world.mirrored()
  const mail = {
    memberId: await world.memberId('bob'),
    to: 'bob@example.org',
    subject: 'You’re on news now.',
    text: 'Proven.',
  }
  await rows(
    world.db,
    `insert into notice (id, kind, destination_kind, destination_id, body)
     values (:id, 'change-ended', 'member', '600000000000000001', :body)`,
    { id: newId(), body: JSON.stringify({ content: 'You’re on news now.', mail }) },
  )
  await mailSink.waitForMail((one) => one.to.includes('bob@example.org'))
  const ended = await waitUntil('both are on record', async () => {
    const [row] = await rows<{ notice: string; mail: string }>(
      world.db,
      `select n.state as notice, m.state as mail from notice n, mail m where m.state <> 'queued' and n.state <> 'queued'`,
    )
    return row ?? null
  })
  expect(ended).toEqual({ notice: 'failed', mail: 'sent' })
  expect(mailSink.messages).toHaveLength(1)
})
