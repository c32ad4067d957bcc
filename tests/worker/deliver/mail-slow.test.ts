import { expect, it } from 'vitest'
import { addLink, startTestApi } from '../../api/api-server.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { rows } from '../../../domain/store/database.ts'
import type { MailScript } from '../../../sandbox/servers/mail-script.ts'
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

  // The same while the server refuses, hangs up, or is away: none of it is delivered, and each answer comes.
  taken.resolve()
  await post.ended()
  const later = { code: 451, message: '4.7.1 Later', at: 'recipient' } as const
  const troubles: (MailScript | 'away')[] = [{ refuse: later }, { hangUp: 'text' }, 'away']
  for (const [at, trouble] of troubles.entries()) {
    if (trouble === 'away') await post.sink.goAway()
    else post.sink.behave(trouble)
    await post.queue(`waiting-${at}@example.org`)
    await waitUntil('it was tried', async () => {
      const mail = (await post.kept()).find(({ toAddress }) => toAddress === `waiting-${at}@example.org`)
      return mail?.error ? true : null
    })
    const asked = await bob(at % 2 === 0 ? 'DELETE' : 'PUT', '/user/subscriptions/hiking')
    expect(asked.status).toBe(202)
    expect((await bob('GET', `/changes/${asked.json().id}?wait=25`)).json()).toMatchObject({
      state: 'applied',
    })
    const waiting = (await post.kept()).filter(({ state }) => state === 'queued')
    expect(waiting.map(({ toAddress }) => toAddress)).toContain(`waiting-${at}@example.org`)
  }
  await post.sink.comeBack()
  post.sink.behave({ greylist: true })
  await rows(world.db, `update mail set due_at = now() where state = 'queued'`)
  await rows(world.db, `update destination set resume_at = now() where kind = 'mail'`)
  await post.ended()
  expect(arrived(post.sink)).toEqual([
    'alice@example.org',
    'carol@example.org',
    'dave@example.org',
    ...troubles.map((_, at) => `waiting-${at}@example.org`),
  ])
})
