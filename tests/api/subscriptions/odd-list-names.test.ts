import { expect, test } from 'vitest'
import { addLink, addList, addMember, markMirrorRead, startTestApi } from '../api-server.ts'

test('a list whose name has a tab keeps nobody from saying for every list whether to be on it', async () => {
  const api = await startTestApi()
  await addLink(api, '100000000000000001', (await addMember(api, 'alice')).id)
  await addList(api, 'news')
  await addList(api, 'ne\tws')
  await markMirrorRead(api)
  const alice = api.as('100000000000000001')
  const { items } = (await alice('GET', '/user/subscriptions')).json<{ items: { list: string }[] }>()
  const subscriptions = Object.fromEntries(items.map(({ list }) => [list, list === 'news']))
  expect((await alice('PUT', '/user/subscriptions', { subscriptions })).status).toBe(202)
})
