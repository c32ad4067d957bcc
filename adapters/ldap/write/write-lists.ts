import { Attribute, Change, type Client, type Control } from 'ldapts'
import type { ListEntry } from '../../../domain/contracts/directory.ts'
import { PostReadControl } from './controls.ts'
import { asList, listAttributes } from '../entries/entries.ts'
import { type Entry, text } from '../entries/entry-values.ts'
import { DirectoryFailure } from '../failure.ts'
import { freeGidNumber, isOnlyOne } from '../search/free-gid-number.ts'
import { listClasses } from '../entries/list-class.ts'
import { firstRdn, newListDn, renamedListDn } from '../entries/list-dn.ts'
import { guards } from './modify-members.ts'
import { newEntry, type NewList } from '../entries/new-entry.ts'
import { resultCode } from '../result-codes.ts'
import { findByIds, readOne } from '../search/search.ts'
import type { Session } from '../connection/session.ts'

export type { NewList } from '../entries/new-entry.ts'

/** So often a number that turns out to be another's as well is taken back, and the next one tried. */
const mostNumbers = 5

/** See `createList` of `Directory`. */
export async function createList(
  session: Session,
  list: NewList,
  confirm: () => Promise<void> = async () => {},
): Promise<ListEntry> {
  if (!listClasses[session.config.listClass].needsGidNumber) {
    await confirm()
    return add(session, list)
  }
  for (let numbers = 1; ; numbers += 1) {
    const gidNumber = await freeGidNumber(session)
    await confirm()
    const made = await add(session, list, gidNumber)
    // Who took the same one in that moment looks as well, and whoever was the later one sees both.
    if (await isOnlyOne(session, gidNumber)) return made
    await deleteList(session, made.entryUuid, made.version)
    if (numbers === mostNumbers)
      throw new DirectoryFailure(
        'recompute',
        resultCode.attributeOrValueExists,
        `another group was given the number ${gidNumber}, too`,
      )
  }
}

/** See `hasOwnNumber` of `Directory`. */
export async function hasOwnNumber(session: Session, entryUuid: string): Promise<boolean> {
  const { listsBase: base, listClass } = session.config
  if (!listClasses[listClass].needsGidNumber) return true
  const part = {
    base,
    filter: `(objectClass=${listClass})`,
    attributes: ['gidNumber'],
    as: (entry: Entry) => Number(text(entry, 'gidNumber')),
  }
  const [gidNumber] = await findByIds(session, part, [entryUuid])
  return gidNumber === undefined || isOnlyOne(session, gidNumber)
}

async function add(session: Session, list: NewList, gidNumber?: number): Promise<ListEntry> {
  const attributes = {
    ...newEntry(session.config.listClass, list),
    ...(gidNumber === undefined ? {} : { gidNumber: [`${gidNumber}`] }),
  }
  const dn = newListDn(session.config, list.name)
  return write(session, dn, null, (client, controls) => client.add(dn, attributes, controls))
}

/** See `renameList` of `Directory`. */
export async function renameList(
  session: Session,
  entryUuid: string,
  name: string,
  version: string | null,
): Promise<ListEntry> {
  const list = await listWith(session, entryUuid)
  const dn = renamedListDn(list.dn, name)
  return write(session, dn, version, (client, controls) =>
    dn === list.dn
      ? client.modify(dn, replace('cn', [name]), controls)
      : client.modifyDN(list.dn, firstRdn(dn), controls),
  )
}

/** See `describeList` of `Directory`. */
export async function describeList(
  session: Session,
  entryUuid: string,
  description: string,
  version: string | null,
): Promise<ListEntry> {
  const list = await listWith(session, entryUuid)
  if (!listClasses[session.config.listClass].holdsDescription || list.description === description) return list
  const values = description === '' ? [] : [description]
  return write(session, list.dn, version, (client, controls) =>
    client.modify(list.dn, replace('description', values), controls),
  )
}

/** See `deleteList` of `Directory`. */
export async function deleteList(session: Session, entryUuid: string, version: string | null): Promise<void> {
  const { dn } = await listWith(session, entryUuid)
  const controls = await guards(session, version)
  await session.connection.run((client) => client.del(dn, controls))
}

async function listWith(session: Session, entryUuid: string): Promise<ListEntry> {
  const { listsBase: base, listClass } = session.config
  const part = { base, filter: `(objectClass=${listClass})`, attributes: listAttributes, as: asList }
  const [list] = await findByIds(session, part, [entryUuid])
  return list ?? gone('there is no list with this id')
}

/** One write and the list as it is right after it: from the same operation where the server offers that. */
async function write(
  session: Session,
  dn: string,
  version: string | null,
  operation: (client: Client, controls: Control[]) => Promise<void>,
): Promise<ListEntry> {
  const postRead = new PostReadControl(listAttributes)
  const controls = await guards(session, version, postRead)
  await session.connection.run((client) => operation(client, controls))
  const entry: Entry | null = postRead.entry ?? (await readOne(session.connection, dn, listAttributes))
  return (entry && asList(entry)) ?? gone('the list was written, and gone before it could be read')
}

function gone(what: string): never {
  throw new DirectoryFailure('recompute', resultCode.noSuchObject, what)
}

const replace = (type: string, values: string[]): Change =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) })
