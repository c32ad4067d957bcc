import { beforeEach, expect, it, type TestContext } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import type { ListSettings, NewList } from '../../../domain/contracts/list.ts'
import { changeListSettings } from '../../../domain/store/lists/change-list-settings.ts'
import { createList } from '../../../domain/store/lists/create-list.ts'
import { rows, type Transaction } from '../../../domain/store/database.ts'
import { updateLists } from '../../../domain/store/mirror/mirror-list-entries.ts'
import { deleteList } from '../../../domain/store/lists/delete-list.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { somebodyWaits, createWorld, waitUntil, type World } from '../../_support/world.ts'

let world: World
let asked: { memberId: string; via: 'api'; requestId: null }

/** A world with a mirror, and an admin who asks. */
async function begin(t: TestContext, listClass?: ListClass): Promise<void> {
  world = await createWorld(listClass === undefined ? {} : { listClass }, t)
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  const [ada] = await rows<{ id: string }>(world.db, `select id from member where uid = 'ada'`)
  asked = { memberId: ada?.id ?? '', via: 'api', requestId: null }
}

beforeEach((t) => begin(t))

const change = (tx: Transaction, listName: string, settings: ListSettings, holdsDescription = true) =>
  changeListSettings(tx, { listName, settings, isAdmin: true, holdsDescription, ...asked })
const set = (listName: string, settings: ListSettings, holdsDescription = true) =>
  world.db.transaction((tx) => change(tx, listName, settings, holdsDescription))
const make = (list: NewList) => world.db.transaction((tx) => createList(tx, { list, ...asked }))
const remove = (listName: string) => world.db.transaction((tx) => deleteList(tx, { listName, ...asked }))

const taken = { code: 'CONFLICT', reason: 'LIST_NAME_TAKEN' }

/** What the directory has: names of lists, and of one its description. */
const entryOf = async (name: string): Promise<string | null> => {
  const ldif = await world.directory.ldapsearch(world.directory.listsBase, `(cn=${name})`, 'description')
  return ldif.trim() === '' ? null : (/^description: (.*)$/m.exec(ldif)?.[1] ?? '')
}

const shown = async () =>
  rows<{ name: string; state: string; description: string; due: boolean }>(
    world.db,
    `select name, state, description, entry_due_at is not null as due from list where state <> 'gone' order by name`,
  )
const shownAs = async (name: string) => (await shown()).find((list) => list.name === name) ?? null

const isSettled = () =>
  waitUntil('nothing is due about any entry', async () =>
    (await shown()).every(({ due }) => !due) ? true : null,
  )

const areTold = () =>
  waitUntil('admins are told, and that is not over', async () => {
    const found = await rows<{ kind: string; state: string }>(world.db, 'select kind, state from incident')
    const [one, ...others] = found
    return one?.kind === 'list-entry-failed' && one.state === 'open' && others.length === 0 ? true : null
  })

/** A worker that stops right before it renames, until it goes on; the directory refuses these names. */
async function stoppedWorker(refused: readonly string[] = []) {
  const real = openDirectory(asWorker(world.directory))
  const [isThere, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const renameList: Directory['renameList'] = async (entryUuid, name, version) => {
    isThere.resolve()
    await goesOn.promise
    if (refused.includes(name))
      throw new DirectoryFailure('permanent', 64, 'the directory answered 64: namingViolation')
    return real.renameList(entryUuid, name, version)
  }
  await world.worker({ directory: { ...real, renameList } })
  return { isThere: isThere.promise, goOn: goesOn.resolve }
}

it('the name that a list gives up is nobody else’s before its entry is renamed', async () => {
  await set('news', { name: 'bulletin' })
  await expect(make({ name: 'News' })).rejects.toMatchObject(taken)
  await expect(set('choir', { name: 'news' })).rejects.toMatchObject(taken)
  expect((await shown()).map(({ name }) => name)).toEqual(expect.arrayContaining(['bulletin', 'choir']))
  // Its own it still is.
  await set('bulletin', { name: 'news' })
  await set('news', { name: 'gazette' })
  await expect(make({ name: 'news' })).rejects.toMatchObject(taken)
  await expect(make({ name: 'bulletin' })).rejects.toMatchObject(taken)
  await world.worker()
  await isSettled()
  await make({ name: 'news', description: 'Another one' })
  await isSettled()
  expect([await entryOf('news'), await entryOf('bulletin')]).toEqual(['Another one', null])
  expect(await entryOf('gazette')).not.toBeNull()
  expect(await rows(world.db, 'select kind from incident')).toEqual([])
})

it('nor before the entry of a list that was renamed and deleted is gone', async () => {
  await set('news', { name: 'bulletin' })
  await remove('bulletin')
  await expect(make({ name: 'news' })).rejects.toMatchObject(taken)
  await world.worker()
  await waitUntil('it is gone', async () => ((await shownAs('bulletin')) === null ? true : null))
  await make({ name: 'news', description: 'Another one' })
  await isSettled()
  expect(await entryOf('news')).toBe('Another one')
})

it('who wants a name in the moment in which it is given up waits for that, and does not get it', async () => {
  const isGivenUp = Promise.withResolvers<void>()
  const commits = Promise.withResolvers<void>()
  const giving = world.db.transaction(async (tx) => {
    await change(tx, 'news', { name: 'bulletin' })
    isGivenUp.resolve()
    await commits.promise
  })
  await isGivenUp.promise
  const wanting = make({ name: 'news' }).then(
    () => 'made',
    (refusal: { reason?: string }) => refusal.reason,
  )
  await somebodyWaits(world)
  commits.resolve()
  await giving
  expect(await wanting).toBe('LIST_NAME_TAKEN')
})

it('what a list is named and described while a worker renames it stays shown, and is its end', async () => {
  await set('news', { name: 'bulletin', description: 'First' })
  const worker = await stoppedWorker()
  await worker.isThere
  await set('bulletin', { name: 'gazette', description: 'Last' })
  // Where the worker is about to put it is nobody else's either.
  await expect(make({ name: 'bulletin' })).rejects.toMatchObject(taken)
  const seen = new Set<string>()
  worker.goOn()
  await waitUntil('it is there', async () => {
    for (const { name } of await shown()) seen.add(name)
    return entryOf('gazette')
  })
  await isSettled()
  expect(await shownAs('gazette')).toMatchObject({ state: 'active', description: 'Last' })
  expect(await entryOf('gazette')).toBe('Last')
  expect([seen.has('news'), seen.has('bulletin')]).toEqual([false, false])
})

it('between two renames a list is shown by the newer name, and only the one that its entry has is kept for it', async () => {
  await set('news', { name: 'bulletin' })
  const real = openDirectory(asWorker(world.directory))
  const [isBetween, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const renameList: Directory['renameList'] = async (entryUuid, name, version) => {
    if (name === 'bulletin') await set('bulletin', { name: 'gazette' })
    else {
      isBetween.resolve()
      await goesOn.promise
    }
    return real.renameList(entryUuid, name, version)
  }
  await world.worker({ directory: { ...real, renameList } })
  await isBetween.promise
  expect(await rows(world.db, `select display_name from list where name = 'gazette'`)).toEqual([
    { displayName: 'gazette' },
  ])
  await expect(make({ name: 'bulletin' })).rejects.toMatchObject(taken)
  await make({ name: 'news', description: 'Another one' })
  goesOn.resolve()
  await waitUntil('both are there', async () =>
    (await entryOf('gazette')) !== null && (await entryOf('news')) === 'Another one' ? true : null,
  )
})

it('a rename that is refused takes back no newer name', async () => {
  await set('news', { name: 'bulletin' })
  const worker = await stoppedWorker(['bulletin'])
  await worker.isThere
  await set('bulletin', { name: 'gazette' })
  worker.goOn()
  await waitUntil('it is there', () => entryOf('gazette'))
  await isSettled()
  expect(await shownAs('gazette')).toMatchObject({ state: 'active' })
  expect(await entryOf('news')).toBeNull()
})

it('a rename that is refused takes back no deletion', async () => {
  await set('news', { name: 'bulletin' })
  const worker = await stoppedWorker(['bulletin'])
  await worker.isThere
  await remove('bulletin')
  worker.goOn()
  await waitUntil('the entry is gone', async () => ((await entryOf('news')) === null ? true : null))
  await isSettled()
  expect(await entryOf('bulletin')).toBeNull()
  expect((await shown()).map(({ name }) => name).filter((name) => /news|bulletin/.test(name))).toEqual([])
})

it('a rename that is refused shows the old name, which was kept for it', async () => {
  await set('news', { name: 'bulletin', description: 'Other words' })
  const before = await entryOf('news')
  const worker = await stoppedWorker(['bulletin'])
  await worker.isThere
  worker.goOn()
  await isSettled()
  expect(await shownAs('news')).toMatchObject({ state: 'active', description: before })
  await make({ name: 'bulletin' })
})

it('admins hear of a new name that is refused, also when the list is described meanwhile', async () => {
  await set('news', { name: 'bulletin' })
  const worker = await stoppedWorker(['bulletin'])
  await worker.isThere
  await set('bulletin', { description: 'Last' })
  worker.goOn()
  await isSettled()
  expect(await shownAs('news')).toMatchObject({ state: 'active', description: 'Last' })
  expect(await entryOf('news')).toBe('Last')
  await areTold()
  await set('news', { name: 'gazette' })
  await isSettled()
  await waitUntil('that is over', async () => {
    const [over] = await rows(world.db, `select 1 from incident where state = 'resolved'`)
    return over ?? null
  })
})

it('a refused rename whose old name another tool has given away ends all the same, and it is shown by that once it is free', async () => {
  await set('news', { name: 'bulletin' })
  const worker = await stoppedWorker(['bulletin'])
  await worker.isThere
  const clubs = `ou=clubs,${world.directory.listsBase}`
  await world.directory.ldapmodify(
    `dn: ${clubs}\nchangetype: add\nobjectClass: organizationalUnit\nou: clubs\n
dn: cn=news,${clubs}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: news\nuniqueMember: ${world.directory.worker.dn}\n`,
  )
  await waitUntil('the other one is a list', () => shownAs('news'))
  worker.goOn()
  await isSettled()
  await areTold()
  await waitUntil('it is shown by no name that it did not get', async () =>
    (await shownAs('bulletin')) === null ? true : null,
  )
  await world.directory.ldapmodify(`dn: cn=news,${clubs}\nchangetype: delete\n`)
  await expect
    .poll(() => rows(world.db, `select dn from list where name = 'news' and state = 'active'`))
    .toEqual([{ dn: world.directory.listDn('news') }])
})

it('a deletion is still due when a read finds that another entry has the name by now', async () => {
  await set('news', { name: 'bulletin' })
  await remove('bulletin')
  const found = await openDirectory(asWorker(world.directory)).findNamedList('news')
  if (found === null) throw new Error('there is no entry of that name')
  await rows(
    world.db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     values (uuidv7(), gen_random_uuid()::text, '', 'cn=news,ou=clubs', 'news', 'news', 'open', 0)`,
  )
  const gone = await world.db.transaction((tx) => updateLists(tx, [found], new Map()))
  expect(gone).toEqual([])
  const states = await rows(
    world.db,
    `select state, dn from list where entry_due_at is not null or name = 'news' order by state`,
  )
  expect(states).toEqual([
    { state: 'active', dn: 'cn=news,ou=clubs' },
    { state: 'deleting', dn: world.directory.listDn('news') },
  ])
})

it('a list that was renamed and can’t be deleted is shown as the directory has it', async () => {
  await set('news', { name: 'bulletin', description: 'Other words' })
  const before = await entryOf('news')
  await remove('bulletin')
  const real = openDirectory(asWorker(world.directory))
  await world.worker({
    directory: {
      ...real,
      deleteList: async () => {
        throw new DirectoryFailure('permanent', 66, 'the directory answered 66: notAllowedOnNonLeaf')
      },
    },
  })
  await isSettled()
  expect(await shownAs('news')).toMatchObject({ state: 'active', description: before })
  await expect(make({ name: 'news' })).rejects.toMatchObject(taken)
  await make({ name: 'bulletin' })
})

it('a list that is taken back and renamed in one word is renamed', async () => {
  await set('news', { managed: false })
  await set('news', { managed: true, name: 'bulletin' })
  await world.worker()
  await isSettled()
  expect([await entryOf('news'), await shownAs('news')]).toEqual([null, null])
  expect(await entryOf('bulletin')).not.toBeNull()
})

it('the name of a list that was set aside while it was to be renamed stays its own until the next read', async () => {
  await set('news', { name: 'bulletin' })
  await set('bulletin', { managed: false })
  await expect(make({ name: 'news' })).rejects.toMatchObject(taken)
})

it('a description that only we hold is not put back by a rename that was under way', async (t) => {
  await begin(t, 'nisMailAlias')
  await set('news', { name: 'bulletin', description: 'First' }, false)
  const worker = await stoppedWorker()
  await worker.isThere
  await set('bulletin', { description: 'Last' }, false)
  worker.goOn()
  await isSettled()
  expect(await entryOf('bulletin')).not.toBeNull()
  expect(await shownAs('bulletin')).toMatchObject({ description: 'Last' })
})
