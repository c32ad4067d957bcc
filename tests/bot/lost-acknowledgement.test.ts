import { expect, test } from 'vitest'
import { tellStory } from './_bot.ts'

test.for([
  ['5xx', { status: 502, afterAccepting: true }],
  ['a cut connection', { instead: 'cut', afterAccepting: true }],
] as const)(
  'Discord took the acknowledgement and its answer was lost (%s): the command is carried out all the same',
  async ([, answer]) => {
    const { standIn, api, alice } = await tellStory()
    standIn.script({ method: 'POST', path: /^\/interactions\/.*\/callback/, times: 1, answer })
    const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
    await expect(handle).toSay('You’re on **news** now')
    expect(api.callsTo('PUT', /news/)).toHaveLength(1)
  },
)

test('the same for a button', async () => {
  const { standIn, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'unlink')
  await handle.settled()
  standIn.script({
    method: 'POST',
    path: /^\/interactions\/.*\/callback/,
    times: 1,
    answer: { status: 502, afterAccepting: true },
  })
  await expect(await standIn.press(alice, handle, 'unlink:confirm')).toSay('Unlinked')
})
