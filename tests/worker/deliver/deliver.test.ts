import { expect, it } from 'vitest'
import { DiscordTokenError } from '../../../adapters/discord-rest/discord-result.ts'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

const refuse = () => Promise.reject(new DiscordTokenError())
const refusing = {
  sendDirectMessage: refuse,
  sendChannelMessage: refuse,
  editChannelMessage: refuse,
  deleteChannelMessage: refuse,
  openThread: refuse,
  findMessage: refuse,
  addRole: refuse,
  removeRole: refuse,
  readRoles: refuse,
  readMember: refuse,
  readOwnMember: refuse,
  listMembers: refuse,
}

it('tells a member by mail when Discord refuses the bot’s token, and says so once', async (t) => {
  const world = await createWorld({}, t)
  const mailSink = await startTestMailSink(t)
  await world.worker(
    {
      discord: refusing,
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

it('keeps no code and no token of what it has sent or given up', async (t) => {
  const world = await createWorld({}, t)
  const mailSink = await startTestMailSink(t)
  const token = 'AbCdEfGhIjKlMnOpQrStUvWxYz0'
  const url = `https://lists.example.org/undo/${token}`
  await rows(
    world.db,
    `insert into mail (id, kind, to_address, subject, text_body, html_body)
     values (:id, 'link.code', 'bob@example.org', 'A code', :text, :html)`,
    { id: newId(), text: `    123 456\n\n${url}\n`, html: `<p>123 456</p><a href="${url}">` },
  )
  const made = `<a href="${url}">Not you?</a>`
  await rows(
    world.db,
    `insert into mail (id, kind, to_address, subject, text_body, html_body)
     values (:id, 'link.made', 'carol@example.org', 'Linked', :text, :html)`,
    { id: newId(), text: `Not you? ${url}\n`, html: made },
  )
  mailSink.behave({
    refuse: { code: 550, message: '5.1.1 No such user', at: 'recipient' },
    only: 'carol@example.org',
  })
  await rows(
    world.db,
    `insert into notice (id, kind, destination_kind, destination_id, body)
     values (:id, 'link.move', 'member', '600000000000000001', :body)`,
    {
      id: newId(),
      body: JSON.stringify({ content: `Shall it move? ${url}\n123 456`, components: [{ url }], mail: null }),
    },
  )
  await world.worker({ discord: refusing }, { SMTP_URL: mailSink.url })
  const sent = await mailSink.waitForMail((one) => one.to.includes('bob@example.org'))
  expect(sent.text).toContain(token)
  expect(sent.text).toContain('123 456')
  const kept = await waitUntil('all are on record', async () => {
    const found = await rows<{ state: string; row: string }>(
      world.db,
      `select state, to_jsonb(m)::text as row from mail m where state <> 'queued'
       union all select state, to_jsonb(n)::text from notice n where state <> 'queued' order by state`,
    )
    return found.length === 3 ? found : null
  })
  expect(kept.map(({ state }) => state)).toEqual(['failed', 'failed', 'sent'])
  expect(JSON.stringify(kept)).not.toMatch(new RegExp(`${token}|123 456`))
  for (const said of ['Shall it move?', 'Not you?'])
    expect(JSON.stringify(kept)).toContain(`${said} https://lists.example.org/undo/…`)
})
