import { expect, it } from 'vitest'
import { addLink, startTestApi } from '../api/api-server.ts'
import { createWorld, waitUntil } from '../_support/world.ts'
import { arrived, createPost } from './_mails.ts'

it('while mail is being sent, a member’s word is taken, applied and answered', async (t) => {
  const api = await startTestApi(t)
  const world = await createWorld({ databaseUrl: api.databaseUrl }, t)
  const post = await createPost(t, world)
  const taken = Promise.withResolvers<void>()
  post.sink.behave({ until: taken.promise })
  await post.work()
  await world.mirrored()
  await addLink(api, '600000000000000001', await world.memberId('bob'))
  await post.queue('alice@example.org', 'carol@example.org', 'dave@example.org')
  const inHand = async () => (await post.kept()).filter((mail) => mail.isInHand).length
  await waitUntil('two mails are on their way', async () => ((await inHand()) === 2 ? true : null))

  const bob = api.as('600000000000000001')
  const accepted = await bob('PUT', '/user/subscriptions/hiking')
  expect(accepted.status).toBe(202)
  const ended = await bob('GET', `/changes/${accepted.json().id}?wait=25`)
  expect(ended.json()).toMatchObject({ state: 'applied' })
  expect(await world.directory.membersOf('hiking')).toContain(world.directory.memberValue('bob'))
  // Nothing was sent all that time, and the third did not even begin.
  expect(arrived(post.sink)).toEqual([])
  expect(await inHand()).toBe(2)

  taken.resolve()
  await post.ended()
  expect(arrived(post.sink)).toEqual(['alice@example.org', 'carol@example.org', 'dave@example.org'])
})
