import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { mirroredMembers, mirrorShows } from './_mirror.ts'

const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

it('who is in a branch that is renamed stays on the lists that follow, after the next full read', async (t) => {
  const world = await createWorld({ listClass: 'groupOfUniqueNames' }, t)
  const { directory } = world
  const branch = `ou=guests,${directory.peopleBase}`
  const dn = `uid=gast,${branch}`
  const then = `uid=gast,ou=friends,${directory.peopleBase}`
  await directory.ldapmodify(
    `dn: ${branch}\nchangetype: add\nobjectClass: organizationalUnit\nou: guests\n\ndn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: gast\ncn: gast\nsn: gast\nmail: gast@example.org\n\ndn: ${directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${dn}\n`,
  )
  const worker = await world.worker({ followsDirectory: false }, never)
  await world.mirrored()
  await mirrorShows(world, 'news', 'gast')
  await directory.ldapmodify(
    `dn: ${branch}\nchangetype: modrdn\nnewrdn: ou=friends\ndeleteoldrdn: 1\n\ndn: ${directory.listDn('news')}\nchangetype: modify\ndelete: uniqueMember\nuniqueMember: ${dn}\n-\nadd: uniqueMember\nuniqueMember: ${then}\n`,
  )
  await waitUntil('nobody else reads', () => fullRead(worker.context, { mode: 'full' }))
  expect(await rows(world.db, `select dn from member where uid = 'gast'`)).toEqual([{ dn: then }])
  expect(await mirroredMembers(world, 'news')).toContain('gast')
})
