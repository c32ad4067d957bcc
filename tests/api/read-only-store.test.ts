import { expect, it } from 'vitest'
import { openDatabase } from '../../domain/store/database.ts'
import { readTroubles } from '../../domain/store/incidents/read-troubles.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { addLink, addList, addMember, markMirrorRead, startTestApi } from './api-server.ts'

const account = '100000000000000001'

it('a Postgres that takes no writes is one that is away: 503, and a worker tells of it', async (t) => {
  const api = await startTestApi(t)
  await addLink(api, account, (await addMember(api, 'alice')).id)
  await addList(api, 'news')
  await markMirrorRead(api)
  const [found] = await api.sql<{ name: string }>('select current_database() as name')
  await api.sql(`alter database ${found?.name} set default_transaction_read_only = on`)
  await api.sql(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await expect
    .poll(async () => {
      const answer = await api.as(account)('PUT', '/user/subscriptions/news')
      return [answer.status, answer.json<{ code?: string }>().code]
    })
    .toEqual([503, 'UNAVAILABLE'])
  const db = openDatabase(api.databaseUrl, { poolMax: 1, name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  await expect(readTroubles(db, 3000)).rejects.toThrow('read-only')
})
