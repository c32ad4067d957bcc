import { expect, it } from 'vitest'
import type { ListEntry } from '../../../domain/contracts/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { createWorld } from '../../_support/world.ts'

it.for([
  ['role=admin', 'cn=role=admin'],
  ['board', 'commonName=board'],
  ['board', '2.5.4.3=board'],
] as const)('the admins’ group is no list: %s as %s', async ([name, rdn], t) => {
  const world = await createWorld({ listClass: 'groupOfNames' }, t)
  const { directory } = world
  await directory.ldapmodify(
    `dn: cn=${name},${directory.listsBase}\nchangetype: add\nobjectClass: groupOfNames\ncn: ${name}\nmember: ${directory.personDn('ada')}\n`,
  )
  await world.worker({ followsDirectory: false }, { LDAP_ADMIN_GROUP: `${rdn},${directory.listsBase}` })
  await world.mirrored()
  expect(await rows(world.db, 'select uid from member where is_admin')).toEqual([{ uid: 'ada' }])
  expect(await rows(world.db, 'select name from list where name = :name', { name })).toEqual([])
})

it('a list gets its name in other letters', async (t) => {
  const world = await createWorld({ listClass: 'groupOfNames' }, t)
  const worker = await world.worker({ followsDirectory: false })
  await world.mirrored()
  const { directory } = worker.context
  const found = await directory.findNamedList('choir')
  const now = await directory.renameList(found?.list.entryUuid ?? '', 'Choir', found?.list.version ?? null)
  expect(now.name).toBe('Choir')
  await world.directory.ldapmodify(
    `dn: ou=deep,${world.directory.listsBase}\nchangetype: add\nobjectClass: organizationalUnit\nou: deep\n\ndn: cn=multi+description=two,ou=deep,${world.directory.listsBase}\nchangetype: add\nobjectClass: groupOfNames\ncn: multi\ndescription: two\nmember: ${world.directory.personDn('ada')}\n`,
  )
  const all: ListEntry[] = []
  for await (const piece of directory.readLists()) all.push(...piece)
  const multi = all.find((list) => list.name === 'multi')
  const then = await directory.renameList(multi?.entryUuid ?? '', 'multi2', multi?.version ?? null)
  expect(then).toMatchObject({ name: 'multi2', description: 'two' })
})
