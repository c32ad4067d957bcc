import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { startTestMailSink } from '../_support/servers.ts'

const letter = {
  from: 'guildpost <post@example.org>',
  to: 'alice@example.org, bob@example.org',
  subject: '歡迎 to the guild: a subject that is long enough to be folded into several lines',
  text: `Dear Zoë,\n${'a line longer than seventy-six characters = broken '.repeat(3)}\n謝謝`,
  html: '<p>Dear Zoë</p>',
}

test('keeps what it is sent, readable', async (t) => {
  const sink = await startTestMailSink(t)
  const arrival = sink.waitForMail((mail) => mail.to.includes('bob@example.org'))
  await createTransport(sink.url).sendMail(letter)
  const mail = await arrival
  expect(mail).toMatchObject({ from: 'post@example.org', to: ['alice@example.org', 'bob@example.org'] })
  expect(mail).toMatchObject({ subject: letter.subject, html: letter.html })
  expect(mail.text.trim()).toBe(letter.text)
  expect(mail.headers['mime-version']).toBe('1.0')
  expect(sink.messages).toEqual([mail])
  await expect(sink.waitForMail(() => false, 10)).rejects.toThrow('alice@example.org')
})

test('refuses and dawdles as it is told', async (t) => {
  const sink = await startTestMailSink(t)
  const transport = createTransport({ url: sink.url, socketTimeout: 200 })
  sink.behave({ refuse: { code: 550, message: 'No such user', at: 'recipient' }, times: 1 })
  await expect(transport.sendMail({ ...letter, to: 'x@example.org' })).rejects.toMatchObject({
    responseCode: 550,
  })
  sink.behave({ refuse: { code: 451, message: 'Come back later', at: 'message' }, times: 1 })
  await expect(transport.sendMail(letter)).rejects.toMatchObject({ responseCode: 451 })
  sink.behave({ delayMs: 60_000, times: 1 })
  await expect(transport.sendMail(letter)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  await transport.sendMail(letter)
  expect(sink.messages).toHaveLength(1)
})
