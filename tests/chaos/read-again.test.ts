import { expect, it } from 'vitest'
import { openDirectory } from '../../adapters/ldap/directory.ts'
import { rows } from '../../domain/store/database.ts'
import { asWorker } from '../../sandbox/servers/as-worker.ts'
import { createWorld } from '../_support/world.ts'

it('where another tool was first it is decided anew at once, and that is no attempt that failed', async (t) => {
  const world = await createWorld({}, t)
  const directory = openDirectory(asWorker(world.directory))
  let isFirst = true
  await world.worker({
    directory: {
      ...directory,
      modifyMembers: async (dn, change) => {
        if (isFirst)
          await world.directory.ldapmodify(
            `dn: ${dn}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('ada')}\n`,
          )
        isFirst = false
        return directory.modifyMembers(dn, change)
      },
    },
  })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await rows(world.db, 'select attempts from change where id = :id', { id })).toEqual([
    { attempts: 0 },
  ])
})
