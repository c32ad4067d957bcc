import { type BerReader, BerWriter, Control, EqualityFilter, SearchEntry } from 'ldapts'
import { asEntry, type Entry } from '../entries/entry-values.ts'

const octetString = 0x04

/** RFC 4528: the modify happens only while `attribute` still has `value`; else the server answers 122. */
export class AssertionControl extends Control {
  static readonly type = '1.3.6.1.1.12'
  readonly filter: EqualityFilter

  constructor(attribute: string, value: string) {
    super(AssertionControl.type, { critical: true })
    this.filter = new EqualityFilter({ attribute, value })
  }

  override writeControl(writer: BerWriter): void {
    const inner = new BerWriter()
    this.filter.write(inner)
    writer.writeBuffer(inner.buffer, octetString)
  }
}

/** RFC 4527: the server's answer carries these attributes as they are right after the change. */
export class PostReadControl extends Control {
  static readonly type = '1.3.6.1.1.13.2'
  readonly attributes: readonly string[]
  /** Null where the server did not say. */
  entry: Entry | null = null

  constructor(attributes: readonly string[]) {
    super(PostReadControl.type, { critical: false })
    this.attributes = attributes
  }

  override writeControl(writer: BerWriter): void {
    const inner = new BerWriter()
    inner.startSequence()
    inner.writeStringArray([...this.attributes])
    inner.endSequence()
    writer.writeBuffer(inner.buffer, octetString)
  }

  override parseControl(reader: BerReader): void {
    reader.readSequence()
    const entry = new SearchEntry({ messageId: 0 })
    entry.parseMessage(reader)
    this.entry = asEntry(entry)
  }
}
