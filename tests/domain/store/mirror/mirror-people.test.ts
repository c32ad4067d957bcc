import { describe, expect, it } from 'vitest'
import type { PersonEntry } from '../../../../domain/contracts/directory.ts'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import {
  markPeopleGone,
  markPlaced,
  readUnplaced,
  rowsOfPeople,
  writeFirstPeople,
  writePeople,
} from '../../../../domain/store/mirror/mirror-people.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

/** What an array of Postgres takes for something else, unless it is quoted and escaped. */
const odd = [
  'a"b',
  'a\\b',
  '{a,b}',
  'NULL',
  ' a ',
  'a b',
  'a\tb',
  'a\nb',
  '\\N',
  '\\.',
  'a\r\n',
  "o'hara",
  '王小明',
  '"',
  '\\',
  'a\u0001b',
]

const people = odd.map((text, at): PersonEntry => ({
  entryUuid: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  version: `2026112100000${at % 10}.000000Z#000000#000#000000`,
  dn: `cn=${text}`,
  dnKey: `cn=${text}`,
  uid: text,
  displayName: text,
  mails:
    [[], ['Alice@example.org'], [text], [text, 'bob+lists@example.org'], ['NULL@example.org', '', text]][
      at % 5
    ] ?? [],
  gidNumber: at % 2 === 0 ? null : at,
}))

it.each([true, false])('writes each text as it is, however odd (the first read: %s)', async (firstRead) => {
  const { url } = await createTestDatabase()
  const db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(undefined, () => db.destroy())
  await (firstRead
    ? writeFirstPeople(db, rowsOfPeople(people))
    : writePeople(db, people, await databaseTime(db)))
  const written = await rows<PersonEntry & { id: string; mailKeys: string[] }>(
    db,
    'select id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, gid_number from member order by id',
  )
  expect(written.map(({ id: _id, mailKeys: _keys, ...person }) => person)).toEqual(people)
  expect(written.map(({ mailKeys }) => mailKeys)).toEqual(
    people.map(({ mails }) => mails.map((mail) => mail.toLowerCase())),
  )
})

it('a first read that meets somebody who is known writes nobody, and what comes next on that connection goes on', async () => {
  const { url } = await createTestDatabase()
  const db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(undefined, () => db.destroy())
  await writeFirstPeople(db, rowsOfPeople([]))
  await writeFirstPeople(db, rowsOfPeople(people.slice(0, 1)))
  await expect(writeFirstPeople(db, rowsOfPeople(people.toReversed()))).rejects.toMatchObject({
    code: '23505',
  })
  await writeFirstPeople(db, rowsOfPeople(people.slice(1, 2)))
  expect(await rows(db, 'select uid from member order by entry_uuid')).toEqual(
    people.slice(0, 2).map(({ uid }) => ({ uid })),
  )
})

describe('somebody is to be looked for on the lists', () => {
  const ada: PersonEntry = {
    entryUuid: '00000000-0000-4000-8000-000000000001',
    version: '20261121000000.000000Z#000000#000#000000',
    dn: 'uid=ada,ou=people',
    dnKey: 'uid=ada,ou=people',
    uid: 'ada',
    displayName: 'Ada',
    mails: ['ada@example.org'],
    gidNumber: null,
  }
  const newer = '20261121000001.000000Z#000000#000#000000'

  /** Ada is in the mirror, and the lists that hold her show her. */
  async function known() {
    const { url } = await createTestDatabase()
    const db = openDatabase(url, { poolMax: 1 })
    cleanUpAfter(undefined, () => db.destroy())
    await writeFirstPeople(db, rowsOfPeople([ada]))
    expect(await readUnplaced(db)).toEqual([])
    return db
  }
  const now = { ...ada, version: newer }

  it.each([
    ['another DN', { dn: 'uid=ada,ou=staff', dnKey: 'uid=ada,ou=staff' }],
    ['another user name', { uid: 'lovelace' }],
    ['another address', { mails: ['lovelace@example.org'] }],
  ])('who has %s now', async (_, instead) => {
    const db = await known()
    await writePeople(db, [{ ...now, ...instead }], await databaseTime(db))
    expect(await readUnplaced(db)).toMatchObject([instead])
  })

  it('not who merely has another name for people', async () => {
    const db = await known()
    await writePeople(db, [{ ...now, displayName: 'Ada King' }], await databaseTime(db))
    expect(await readUnplaced(db)).toEqual([])
  })

  it('who comes back: lists that were read meanwhile have left them out', async () => {
    const db = await known()
    await markPeopleGone(db, [ada.entryUuid])
    await writePeople(db, [ada], await databaseTime(db))
    expect(await readUnplaced(db)).toEqual([ada])
  })

  it('who was written again while the lists were looked at', async () => {
    const db = await known()
    await writePeople(db, [{ ...now, uid: 'lovelace' }], await databaseTime(db))
    const looking = await readUnplaced(db)
    await writePeople(
      db,
      [{ ...now, version: newer.replace('01.', '02.'), uid: 'king' }],
      await databaseTime(db),
    )
    await markPlaced(db, looking)
    expect(await readUnplaced(db)).toMatchObject([{ uid: 'king' }])
    await markPlaced(db, await readUnplaced(db))
    expect(await readUnplaced(db)).toEqual([])
  })
})

const ada = (version = '', uid = 'ada'): PersonEntry => ({
  entryUuid: '00000000-0000-4000-8000-000000000001',
  version,
  dn: 'uid=ada,ou=people',
  dnKey: 'uid=ada,ou=people',
  uid,
  displayName: 'Ada',
  mails: [],
  gidNumber: null,
})

describe('somebody who was written since a read began', () => {
  const [older, known, newer] = ['00', '01', '02'].map((s) => `202611210000${s}.000000Z#000000#000#000000`)
  /** When a read began, and Ada, who was written after that. */
  async function writtenSince(version = known) {
    const { url } = await createTestDatabase()
    const db = openDatabase(url, { poolMax: 1 })
    cleanUpAfter(undefined, () => db.destroy())
    const begunAt = await databaseTime(db)
    await writePeople(db, [ada(version)], await databaseTime(db))
    const shown = () => rows<{ uid: string; state: string }>(db, 'select uid, state from member')
    return { db, begunAt, shown }
  }

  it.each([
    ['an older version', known, older],
    ['the same version', known, known],
    // Times of one second don't say which came first.
    ['a later time', '20261121000001Z', '20261121000002Z'],
  ])('stays as they are where it has %s, and is read again', async (_, before, version) => {
    const { db, begunAt, shown } = await writtenSince(before)
    const late = ada(version, 'late')
    expect(await writePeople(db, [late], begunAt)).toEqual([late.entryUuid])
    expect(await shown()).toEqual([{ uid: 'ada', state: 'present' }])
    // A directory that went back to an older state is believed.
    expect(await writePeople(db, [late], await databaseTime(db))).toEqual([])
    expect(await shown()).toEqual([{ uid: 'late', state: 'present' }])
  })

  it('is as it says where its version is a newer one', async () => {
    const { db, begunAt, shown } = await writtenSince()
    expect(await writePeople(db, [ada(newer, 'newer')], begunAt)).toEqual([])
    expect(await shown()).toEqual([{ uid: 'newer', state: 'present' }])
  })

  it('and was gone by then does not come back by it, whatever its version', async () => {
    const { db, begunAt, shown } = await writtenSince()
    await markPeopleGone(db, [ada().entryUuid])
    expect(await writePeople(db, [ada(newer)], begunAt)).toEqual([ada().entryUuid])
    expect(await shown()).toEqual([{ uid: 'ada', state: 'gone' }])
  })
})
