import { Attribute, Change, type Control } from 'ldapts'
import { isCsn } from '../../../domain/contracts/entry-version.ts'
import { AssertionControl, PostReadControl } from './controls.ts'
import { versionAttributes, versionOf } from '../entries/entries.ts'
import { DirectoryFailure, withKind } from '../failure.ts'
import { listClasses } from '../entries/list-class.ts'
import { resultCode } from '../result-codes.ts'
import { readOne } from '../search/search.ts'
import type { Session } from '../connection/session.ts'

export type MemberModify = {
  add: string[]
  remove: string[]
  version: string
  /** All values there shall be, in one replace; `add` and `remove` only tell what that amounts to. */
  replaceWith?: string[]
}

/** See `modifyMembers` of `Directory`. */
export async function modifyMembers(session: Session, dn: string, modify: MemberModify): Promise<string> {
  const { connection } = session
  const postRead = new PostReadControl(versionAttributes)
  const controls = await guards(session, modify.version, postRead)
  try {
    await connection.run((client) => client.modify(dn, changesOf(session, modify), controls))
  } catch (error) {
    throw whereMembersLeave(error, modify)
  }
  const entry = postRead.entry ?? (await readOne(connection, dn, versionAttributes))
  return entry ? versionOf(entry) : ''
}

/** The controls of a write that shall happen to `version` only, as far as the server offers them; null for any version. */
export async function guards(
  { capabilities }: Session,
  version: string | null,
  postRead?: PostReadControl,
): Promise<Control[]> {
  const can = await capabilities()
  return [
    ...(can.assertion && version ? [new AssertionControl(versionAttributeOf(version), version)] : []),
    ...(can.postRead && postRead ? [postRead] : []),
  ]
}

const versionAttributeOf = (version: string): string => (isCsn(version) ? 'entryCSN' : 'modifyTimestamp')

function changesOf({ config }: Session, { add, remove, replaceWith }: MemberModify): Change[] {
  const type = listClasses[config.listClass].memberAttribute
  const change = (operation: 'add' | 'delete' | 'replace', values: string[]) =>
    new Change({ operation, modification: new Attribute({ type, values }) })
  if (replaceWith) return [change('replace', replaceWith)]
  return [
    ...(add.length > 0 ? [change('add', add)] : []),
    ...(remove.length > 0 ? [change('delete', remove)] : []),
  ]
}

/** Samba says 53 of a member who is out already. Whoever reads again and finds them in has an unwilling server. */
function whereMembersLeave(error: unknown, { remove }: MemberModify): unknown {
  const isSo =
    error instanceof DirectoryFailure && error.code === resultCode.unwillingToPerform && remove.length > 0
  return isSo ? withKind(error, 'recompute') : error
}
