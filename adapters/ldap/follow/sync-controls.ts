import { Ber, type BerReader, BerWriter, Control } from 'ldapts'
import { asUuid } from '../entries/entry-id.ts'

/** RFC 4533, section 2. Cookies are bytes to everybody but the server that made them. */
const refreshAndPersist = 3
const set = 0x31

/** Asks for what changed since the cookie, and then for what changes. Critical: an answer without it means something else. */
export class SyncRequestControl extends Control {
  static readonly type = '1.3.6.1.4.1.4203.1.9.1.1'
  readonly cookie: Buffer | null

  constructor(cookie: Buffer | null) {
    super(SyncRequestControl.type, { critical: true })
    this.cookie = cookie
  }

  override writeControl(writer: BerWriter): void {
    const inner = new BerWriter()
    inner.startSequence()
    inner.writeEnumeration(refreshAndPersist)
    if (this.cookie) inner.writeBuffer(this.cookie, Ber.OctetString)
    inner.endSequence()
    writer.writeBuffer(inner.buffer, Ber.OctetString)
  }
}

const states = ['present', 'add', 'modify', 'delete'] as const

/** Comes with each entry, and says what happened to it. */
export class SyncStateControl extends Control {
  static readonly type = '1.3.6.1.4.1.4203.1.9.1.2'
  state: (typeof states)[number] | null = null
  entryUuid = ''
  cookie: Buffer | null = null

  constructor() {
    super(SyncStateControl.type)
  }

  override parseControl(reader: BerReader): void {
    const end = endOf(reader)
    this.state = states[reader.readEnumeration() ?? -1] ?? null
    this.entryUuid = uuidOf(reader.readString(Ber.OctetString, true))
    this.cookie = optionalCookie(reader, end)
  }
}

/** Comes with the end of a feed. */
export class SyncDoneControl extends Control {
  static readonly type = '1.3.6.1.4.1.4203.1.9.1.3'
  cookie: Buffer | null = null
  refreshDeletes = false

  constructor() {
    super(SyncDoneControl.type)
  }

  override parseControl(reader: BerReader): void {
    const end = endOf(reader)
    this.cookie = optionalCookie(reader, end)
    this.refreshDeletes = optionalBoolean(reader, end, false)
  }
}

/** What is said between entries. */
export type SyncInfo =
  | { kind: 'newcookie'; cookie: Buffer }
  | { kind: 'refreshDelete' | 'refreshPresent'; cookie: Buffer | null; refreshDone: boolean }
  | { kind: 'syncIdSet'; cookie: Buffer | null; refreshDeletes: boolean; entryUuids: string[] }

/** By which such a message is known (RFC 4533, section 2.5). */
export const syncInfoName = '1.3.6.1.4.1.4203.1.9.1.4'
const newcookie = 0x80
const refreshDelete = 0xa1
const refreshPresent = 0xa2
const syncIdSet = 0xa3

/** Null for a choice that the standard does not know (yet). @throws {Error} when it is malformed. */
export function readSyncInfo(reader: BerReader): SyncInfo | null {
  const choice = reader.peek()
  if (choice === newcookie)
    return { kind: 'newcookie', cookie: reader.readString(newcookie, true) ?? Buffer.alloc(0) }
  if (choice !== refreshDelete && choice !== refreshPresent && choice !== syncIdSet) return null
  const end = endOf(reader, choice)
  const cookie = optionalCookie(reader, end)
  if (choice !== syncIdSet) {
    const kind = choice === refreshDelete ? 'refreshDelete' : 'refreshPresent'
    return { kind, cookie, refreshDone: optionalBoolean(reader, end, true) }
  }
  const refreshDeletes = optionalBoolean(reader, end, false)
  const entryUuids: string[] = []
  const endOfIds = endOf(reader, set)
  while (reader.offset < endOfIds) entryUuids.push(uuidOf(reader.readString(Ber.OctetString, true)))
  return { kind: 'syncIdSet', cookie, refreshDeletes, entryUuids }
}

function endOf(reader: BerReader, tag?: number): number {
  if (reader.readSequence(tag ?? Ber.Sequence + Ber.Constructor) === null)
    throw new Error('it ends too early')
  return reader.offset + reader.length
}

const optionalCookie = (reader: BerReader, end: number): Buffer | null =>
  reader.offset < end && reader.peek() === Ber.OctetString ? reader.readString(Ber.OctetString, true) : null

const optionalBoolean = (reader: BerReader, end: number, otherwise: boolean): boolean =>
  reader.offset < end && reader.peek() === Ber.Boolean ? (reader.readBoolean() ?? otherwise) : otherwise

/** As `entryUUID` spells it (RFC 4530). */
function uuidOf(bytes: Buffer | null): string {
  if (bytes?.length !== 16) throw new Error('an id that has not 16 bytes')
  return asUuid(bytes.toString('hex'))
}
