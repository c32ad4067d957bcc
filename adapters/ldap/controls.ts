import { type BerReader, BerWriter, Control, EqualityFilter, SearchEntry } from 'ldapts'

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

/** RFC 4527: the server's answer carries `attribute` as it is right after the change. */
export class PostReadControl extends Control {
  static readonly type = '1.3.6.1.1.13.2'
  readonly attribute: string
  value: string | null = null

  constructor(attribute: string) {
    super(PostReadControl.type, { critical: false })
    this.attribute = attribute
  }

  override writeControl(writer: BerWriter): void {
    const inner = new BerWriter()
    inner.startSequence()
    inner.writeString(this.attribute)
    inner.endSequence()
    writer.writeBuffer(inner.buffer, octetString)
  }

  override parseControl(reader: BerReader): void {
    reader.readSequence()
    const entry = new SearchEntry({ messageId: 0 })
    entry.parseMessage(reader)
    const value = entry.attributes[0]?.values[0]
    this.value = typeof value === 'string' ? value : null
  }
}
