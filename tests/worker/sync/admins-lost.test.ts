import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { writeAdmins } from '../../../domain/store/members/write-admins.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { readAdmins } from '../../../worker/sync/read-admins.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

let world: World
let worker: Worker

beforeEach(async (t) => {
  world = await createWorld({}, t)
})

/** It reads the directory once, and then when the test says so. */
async function start(environment: Record<string, string> = {}): Promise<void> {
  worker = await world.worker({ followsDirectory: false }, { ...never, ...environment })
  await world.mirrored()
}

const read = () => waitUntil('it was read', () => fullRead(worker.context))
const admins = async () =>
  (await rows<{ uid: string }>(world.db, 'select uid from member where is_admin order by uid')).map(
    ({ uid }) => uid,
  )

type Told = { state: string; outcome: string | null; count: number; revision: number; text: string }
const told = () =>
  rows<Told>(
    world.db,
    `select state, outcome, count, revision, words ->> 'text' as text from incident where kind = 'admins-lost' order by began_at`,
  )
const saying = (text: string | RegExp) =>
  expect.objectContaining({
    state: 'open',
    count: 1,
    text: expect.stringMatching(text) as unknown,
  }) as unknown
const isOver = expect.objectContaining({ state: 'resolved', outcome: 'over' }) as unknown

/** A rule before all others of the server. */
async function access(rule: string): Promise<() => Promise<void>> {
  const { directory } = world
  const file = join(dirname(directory.logFile), 'slapd.conf')
  const before = await readFile(file, 'utf8')
  const set = async (conf: string) => {
    await writeFile(file, conf)
    await directory.restart()
  }
  await set(before.replace('access to', `${rule}\naccess to`))
  return () => set(before)
}

const rename = (from: string, to: string) =>
  world.directory.ldapmodify(
    `dn: cn=${from},ou=groups,dc=example,dc=org\nchangetype: modrdn\nnewrdn: cn=${to}\ndeleteoldrdn: 1\n`,
  )

it('a group that is renamed is told of once, until it is found again', async (t) => {
  const mailSink = await startTestMailSink(t)
  await start({ SMTP_URL: mailSink.url, ALERT_MAIL_TO: 'ops@example.org' })
  expect([await admins(), await told()]).toEqual([['ada'], []])
  await rename('guildpost-admins', 'wheel')
  await read()
  await read()
  expect([await admins(), await told()]).toEqual([
    [],
    [saying(/cn=guildpost-admins.* is not in the directory/)],
  ])
  const mail = await mailSink.waitForMail(({ subject }) => subject.includes('admin'))
  expect(mail.text).toContain('LDAP_ADMIN_GROUP')
  await rename('wheel', 'guildpost-admins')
  await read()
  expect([await admins(), await told()]).toEqual([['ada'], [isOver]])
})

it('so is one that our account may not see, and one whose members it may not see', async () => {
  await start()
  const { adminGroup } = world.directory
  const shown = await access(`access to dn.base="${adminGroup}" by * none`)
  await read()
  await shown()
  await read()
  const shownAgain = await access(`access to dn.base="${adminGroup}" attrs=member by * none`)
  await read()
  await read()
  expect(await admins()).toEqual([])
  expect(await told()).toEqual([isOver, saying(/cn=guildpost-admins.* names nobody/)])
  await shownAgain()
  await read()
  expect([await admins(), await told()]).toEqual([['ada'], [isOver, isOver]])
})

it('one that the server says we may not see stops no read', async () => {
  await start()
  await access(`access to dn.base="${world.directory.adminGroup}" by * disclose`)
  await read()
  expect([await admins(), await told()]).toEqual([
    [],
    [saying(/cn=guildpost-admins.* is not in the directory/)],
  ])
})

it('so is one whose members are nobody whom we know by now', async () => {
  await start()
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('ada')}\nchangetype: modrdn\nnewrdn: uid=adele\ndeleteoldrdn: 1\n`,
  )
  await read()
  expect([await admins(), await told()]).toEqual([[], [saying(/names nobody/)]])
})

it('so is one that shows no members although the gidNumber makes others', async () => {
  await start({ LDAP_ADMIN_GID: '4711' })
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('carol')}\nchangetype: modify\nreplace: gidNumber\ngidNumber: 4711\n`,
  )
  await read()
  expect([await admins(), await told()]).toEqual([['ada', 'carol'], []])
  await access(`access to dn.base="${world.directory.adminGroup}" attrs=member by * none`)
  await read()
  expect([await admins(), await told()]).toEqual([['carol'], [saying(/names nobody/)]])
})

it('a group whose people have its number for their own, and names nobody itself, is no trouble', async () => {
  const { adminGroup } = world.directory
  await world.directory.ldapmodify(
    `dn: ${adminGroup}\nchangetype: delete\n\ndn: ${adminGroup}\nchangetype: add\nobjectClass: posixGroup\ngidNumber: 4711\n`,
  )
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('carol')}\nchangetype: modify\nreplace: gidNumber\ngidNumber: 4711\n`,
  )
  await start({ LDAP_ADMIN_GID: '4711' })
  await read()
  expect([await admins(), await told()]).toEqual([['carol'], []])
})

it('who lost their right by a worker that died before it told is told of', async () => {
  await start()
  await access(`access to dn.base="${world.directory.adminGroup}" attrs=member by * none`)
  await world.db.transaction((tx) => writeAdmins(tx, { dnKeys: [], uids: [], mailKeys: [], gid: null }))
  expect([await admins(), await told()]).toEqual([[], []])
  await read()
  expect(await told()).toEqual([saying(/names nobody/)])
})

it('what is wrong in another way than before is said so', async () => {
  await start()
  await rename('guildpost-admins', 'wheel')
  await read()
  await world.directory.ldapmodify(
    `dn: ${world.directory.adminGroup}\nchangetype: add\nobjectClass: groupOfNames\nmember: cn=nobody\n`,
  )
  await read()
  expect(await told()).toMatchObject([
    { state: 'open', revision: 2, text: expect.stringMatching(/names nobody/) as unknown },
  ])
})

it('a wrong DN is told of at the first start', async () => {
  await start({ LDAP_ADMIN_GROUP: 'cn=admins,ou=groups,dc=example,dc=org' })
  expect([await admins(), await told()]).toEqual([[], [saying(/cn=admins,.* is not in the directory/)]])
})

it('a group that never named anybody is no trouble', async () => {
  const { adminGroup } = world.directory
  await world.directory.ldapmodify(
    `dn: ${adminGroup}\nchangetype: modify\nreplace: member\nmember: cn=nobody\n`,
  )
  await start()
  await read()
  expect([await admins(), await told()]).toEqual([[], []])
})

it('a gidNumber that nobody has, or that our account does not see any more, is told of', async () => {
  await start({ LDAP_ADMIN_GROUP: '', LDAP_ADMIN_GID: '4711' })
  expect(await told()).toEqual([saying(/nobody.*4711/i)])
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('carol')}\nchangetype: modify\nreplace: gidNumber\ngidNumber: 4711\n`,
  )
  await read()
  expect([await admins(), await told()]).toEqual([['carol'], [isOver]])
  await access('access to attrs=gidNumber by * none')
  // Its entry is as it was: that its number can't be seen shows once something else of it has changed.
  await rows(world.db, `update member set version = '' where uid = 'carol'`)
  await read()
  expect([await admins(), await told()]).toEqual([[], [isOver, saying(/nobody.*4711/i)]])
})

it('a directory that does not answer is another trouble, and takes nothing from anybody', async () => {
  await start()
  await world.directory.kill9()
  await expect(readAdmins(worker.context)).rejects.toBeInstanceOf(DirectoryFailure)
  expect([await admins(), await told()]).toEqual([['ada'], []])
})

it('without a group and a number nobody is told, also of what was told before', async () => {
  await start({ LDAP_ADMIN_GROUP: 'cn=admins,ou=groups,dc=example,dc=org' })
  await worker.stop()
  await start({ LDAP_ADMIN_GROUP: '' })
  await read()
  expect(await told()).toEqual([isOver])
})
