import { expect, test } from 'vitest'
import { subscription } from './_api.ts'
import { adminStory, tellStory } from './_bot.ts'

test('a name that the directory spells with combining marks is found as a keyboard types it', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = [subscription('Café-crème'.normalize('NFD')), subscription('한국어'.normalize('NFD'))]
  const offered = async (typed: string) =>
    (await standIn.autocomplete(alice, 'subscribe', 'list', typed.normalize('NFC'))).map(({ value }) => value)
  expect(await offered('café')).toEqual(['Café-crème'.normalize('NFD')])
  expect(await offered('한국')).toEqual(['한국어'.normalize('NFD')])
  expect(await offered('ｃａｆé')).toHaveLength(1)
})

test('a notice that goes to very many places: some of them are named', async () => {
  const { standIn, api, alice } = await adminStory()
  const places = Array.from({ length: 90 }, (_, at) => ({
    kind: 'channel',
    id: String(700000000000000000n + BigInt(at)),
    mention: null,
  }))
  api.script('POST', /test/, { status: 200, body: { places, rules: [] } })
  const handle = await standIn.slash(
    alice,
    'notices',
    { source: 'github', event: 'push' },
    { subcommandGroup: 'rule', subcommand: 'test' },
  )
  const { content } = await handle.settled()
  expect(content).toContain('<#700000000000000000>')
})

test('a name that is typed stays one part of the address, whatever is in it', async () => {
  const { standIn, api, alice } = await tellStory()
  await (await standIn.slash(alice, 'subscribe', { list: 'a/../b?c#d%2F' })).settled()
  expect(api.callsTo('PUT', /./).map(({ path }) => path)).toEqual([
    '/user/subscriptions/a%2F..%2Fb%3Fc%23d%252F',
  ])
})
