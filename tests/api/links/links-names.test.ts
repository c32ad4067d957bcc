import { beforeEach, expect, test } from 'vitest'
import { account, codeInMail, type Linking, other, startLinking } from './linking.ts'

let linking: Linking
beforeEach(async (t) => {
  linking = await startLinking(t)
})

/** A display name that anybody may give themselves in Discord (32 characters), and then have mailed to anybody of the directory. */
const phishing = 'https://guildpost-login.evil.io/'

const linksOf = (html: string | null | undefined) =>
  [...(html ?? '').matchAll(/href="([^"]*)"/g)].map(([, url]) => url ?? '')

test('no mail about a link has a link to where the name of the account that asks leads', async () => {
  await linking.beginByMail('alice', account, { discordName: phishing })
  await linking.enter(codeInMail((await linking.mails('link.code')).at(-1)))
  await linking.beginByMail('alice', other, { discordName: `${phishing} \u202e` })
  await linking.enter(codeInMail((await linking.mails('link.code')).at(-1)), other)
  const mails = await linking.mails()
  expect(mails.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['link.code', 'link.made']))
  for (const { html_body: html, text_body: text } of mails) {
    expect(linksOf(html).filter((url) => url.includes('evil'))).toEqual([])
    expect(text).not.toContain(phishing)
    // Nor does it turn the rest of the sentence around.
    expect(text).not.toContain('\u202e')
  }
})

// Readers of mail make links of bare names of hosts, too.
test.each(['https://guildpost-login.evil.io/', 'guildpost-login.evil.io/in', 'www.evil.io'])(
  'no mail has %s as an address',
  async (name) => {
    await linking.beginByMail('alice', account, { discordName: name })
    await linking.enter(codeInMail((await linking.mails('link.code')).at(-1)))
    for (const { html_body: html, text_body: text } of await linking.mails())
      for (const body of [html, text]) expect(body).not.toContain('evil.io')
  },
)
