import { expect, it } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { startTcpProxy } from '../../_support/tcp-proxy.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

it('a list that was leased on trial is given back where the answer to that was lost', async (t) => {
  const world = await createWorld({}, t)
  const url = new URL(world.databaseUrl)
  const proxy = await startTcpProxy(Number(url.port), t)
  url.port = String(proxy.port)
  const real = openDirectory(asWorker(world.directory))
  let refuses = true
  await world.worker(
    {
      // None runs out during this test: what is had again was given back.
      leaseMs: 600_000,
      followsDirectory: false,
      directory: {
        ...real,
        modifyMembers: async (dn, change) => {
          if (refuses) throw new DirectoryFailure('pause', 50, 'no write access')
          return real.modifyMembers(dn, change)
        },
      },
    },
    { DATABASE_URL: url.href },
  )
  await world.mirrored()
  // Of all statements only the one that leases a list on trial looks for it so; by then none was made.
  proxy.holdAnswersTo('from list l where l.id = $')
  const { id } = await world.request('bob', 'subscribe', 'news')
  const lease = () =>
    rows<{ leaseToken: string }>(
      world.db,
      `select lease_token from list where lease_token is not null and exists (select 1 from target where paused_at is not null)`,
    )
  const [onTrial] = await waitUntil('the list is leased on trial', async () => {
    await rows(
      world.db,
      'update target set probe_at = now() where paused_at is not null and probe_at > now()',
    )
    const found = await lease()
    return found.length > 0 && proxy.sent.some((said) => said.includes('from list l where l.id = $'))
      ? found
      : null
  })
  refuses = false
  proxy.cut()
  proxy.release()
  await waitUntil('it is given back', async () => {
    const found = await lease()
    return found.every(({ leaseToken }) => leaseToken !== onTrial?.leaseToken) ? true : null
  })
  await waitUntil('the target takes changes again', async () => {
    await rows(
      world.db,
      'update target set probe_at = now() where paused_at is not null and probe_at > now()',
    )
    const [open] = await rows(world.db, 'select 1 from target where paused_at is null')
    return open ?? null
  })
  expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
}, 60_000)
