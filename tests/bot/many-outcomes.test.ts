import { expect, test } from 'vitest'
import { subscription } from './_api.ts'
import { says, tellStory } from './_bot.ts'

test('25 lists at once: an outcome that the reply has no room for is not confirmed as told', async () => {
  const { standIn, api, alice } = await tellStory()
  const names = Array.from({ length: 25 }, (_, index) => `working-group-${index + 1}`)
  api.model.lists = names.map((name) => subscription(name))
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', names)
  await says(selected, 'I’ll tell you here')
  const proof = { version: '20260102030405.123456Z#000000#000#000000', how: 'modified' as const }
  for (let index = 1; index < 25; index += 1) api.end(`change-${index}`, { state: 'applied', proof })
  api.end('change-25', { state: 'failed', reason: { code: 'NO_ADDRESS', message: '' } })
  const reply = await selected.until(
    ({ content }) => !content.includes('Accepted') && content.includes('**working-group-1** now'),
  )
  const shown = names.filter((name) => reply.content.includes(`**${name}**`))
  await expect.poll(() => api.callsTo('POST', /told/).length).toBeGreaterThanOrEqual(shown.length)
  // Whatever is confirmed was read.
  await standIn.slash(alice, 'whoami').then((one) => one.settled())
  const told = api.callsTo('POST', /told/).map(({ path }) => Number(/change-(\d+)/.exec(path)?.[1]))
  const unread = told.filter((number) => !reply.content.includes(`**working-group-${number}**`))
  expect(unread).toEqual([])
  // A failure is what a member must hear of.
  expect(reply.content.includes('**working-group-25**') || !told.includes(25)).toBe(true)
})
