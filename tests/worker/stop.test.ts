import { expect, it } from 'vitest'
import { openDirectory } from '../../adapters/ldap/directory.ts'
import { rows } from '../../domain/store/database.ts'
import { poolUse } from '../../domain/store/pool-use.ts'
import { asWorker } from '../../sandbox/servers/as-worker.ts'
import { postgresThatGoesAway } from '../_support/postgres-away.ts'
import { createWorld, waitUntil } from '../_support/world.ts'
import { arrived, createPost } from './deliver/_mails.ts'

it('a worker that is asked to stop finishes what it has in hand, and leaves nothing leased', async (t) => {
  const world = await createWorld({}, t)
  const first = await world.worker()
  await world.mirrored()
  await first.stop()
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  const begun = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const slow = {
    ...real,
    modifyMembers: async (...modify: Parameters<typeof real.modifyMembers>) => {
      begun.resolve()
      await released.promise
      return real.modifyMembers(...modify)
    },
  }
  const worker = await world.worker({ directory: slow })
  const change = await world.request('bob', 'subscribe', 'news')
  await begun.promise
  const stopping = worker.stop()
  released.resolve()
  await stopping
  expect((await world.change(change.id)).state).toBe('applied')
  expect(await rows(world.db, 'select name from list where lease_token is not null')).toEqual([])
  await waitUntil('bob is on the list', async () =>
    (await directory.membersOf('news')).includes(directory.memberValue('bob')) ? true : null,
  )
})

it('a worker that is asked to stop ends, also when Postgres has fallen silent', async (t) => {
  const world = await createWorld({}, t)
  const { url, proxy } = await postgresThatGoesAway(world.databaseUrl, t)
  const worker = await world.worker({}, { DATABASE_URL: url })
  await world.mirrored()
  proxy.holdAnswersTo('')
  await waitUntil('it waits for an answer', async () => poolUse(worker.context.db).used > 0 || null)
  await expect(worker.stop()).resolves.toBeUndefined()
})

it('a worker that is asked to stop waits for what the mail server says of a mail that it has', async (t) => {
  const post = await createPost(t)
  const taken = Promise.withResolvers<void>()
  post.sink.behave({ until: taken.promise })
  const worker = await post.world.worker({}, { SMTP_URL: post.sink.url })
  await post.queue('alice@example.org')
  await waitUntil('it is on its way', async () => ((await post.kept())[0]?.isInHand ? true : null))
  const stopping = worker.stop()
  taken.resolve()
  await stopping
  expect(await post.kept()).toMatchObject([{ state: 'sent' }])
  expect(arrived(post.sink)).toEqual(['alice@example.org'])
})
