import { ActionRowBuilder, ButtonBuilder, ButtonStyle, type Interaction } from 'discord.js'
import { expect, test } from 'vitest'
import { startLinking } from '../api/links/linking.ts'
import { atThePrompt } from './_prompt.ts'

const link = { name: 'link', description: 'Link' }

/** Replies with a button for each of these addresses. */
const leadingTo = (addresses: string[]) => async (interaction: Interaction) => {
  if (!interaction.isChatInputCommand()) return
  const buttons = addresses.map((url) =>
    new ButtonBuilder().setURL(url).setLabel('Open').setStyle(ButtonStyle.Link),
  )
  await interaction.reply({
    content: 'This way',
    components: [new ActionRowBuilder<ButtonBuilder>().addComponents(...buttons)],
  })
}

test('a wrong password can be tried again, as in a browser', async (t) => {
  const linking = await startLinking(t)
  const { url } = await linking.begin()
  const { type, session } = await atThePrompt([link], leadingTo([url]), {
    apiUrl: linking.url,
    passwordOf: (uid) => `${uid} sings`,
  })
  await type('as alice')
  await type('/link')
  expect(await type('open')).toContain('Link your Discord account')
  expect(await type('login alice wrong')).toContain('password')
  expect(session.code).toBeNull()
  expect(await type('login')).toContain('Here is your code')
  expect(session.code).toMatch(/^\d{6}$/)
})

test('a password may have blanks', async (t) => {
  const linking = await startLinking(t)
  const { url } = await linking.begin()
  const { type } = await atThePrompt([link], leadingTo([url]), { apiUrl: linking.url, passwordOf: null })
  await type('/link')
  expect(await type('login')).toContain('With which account?')
  expect(await type('login alice alice sings')).toContain('Here is your code')
})

test('`open` and `login` take the sign-in page of /link and no other', async (t) => {
  const linking = await startLinking(t)
  const { url } = await linking.begin()
  const elsewhere = [
    'https://github.com/login',
    `https://lists.example.org/link/token`,
    `${linking.url}/account`,
  ]
  let addresses = elsewhere
  const answer = (interaction: Interaction) => leadingTo(addresses)(interaction)
  const { type } = await atThePrompt([link], answer, { apiUrl: linking.url })
  await type('/link')
  for (const command of ['open', 'login'])
    expect(await type(command)).toMatch(/^  ✘ That page is one for a browser\. \/link gives you/)
  addresses = [...elsewhere, url]
  expect(await type('/link')).toContain('or type login')
  expect(await type('open')).toContain('Link your Discord account')
})

test('to a page elsewhere nobody is told to bring a directory password', async () => {
  const { type } = await atThePrompt([link], leadingTo(['https://github.com/login']))
  const shown = await type('/link')
  expect(shown).toContain('https://github.com/login')
  expect(shown).not.toContain('sign in')
})
