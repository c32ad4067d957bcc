import { type AddressInfo, createServer } from 'node:net'
import { BerReader, BerWriter, ProtocolOperation } from 'ldapts'
import type { TestContext } from 'vitest'
import type { DirectoryConfig } from '../../../adapters/ldap/connection/connect-options.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'

/** Tag, length and content, as a server writes them (RFC 4511, section 5.1). */
export function ber(tag: number, ...content: (Buffer | string)[]): Buffer {
  const writer = new BerWriter()
  writer.writeBuffer(Buffer.concat(content.map((part) => Buffer.from(part))), tag)
  return Buffer.from(writer.buffer)
}

/** The result of an operation, with this code and no more. */
export const result = (tag: number, code: number): Buffer =>
  ber(tag, ber(0x0a, Buffer.from([code])), ber(0x04), ber(0x04))
export const bound = (code: number): Buffer => result(0x61, code)
export const done = (code: number): Buffer => result(0x65, code)

export const entry = (dn: string, attributes: Readonly<Record<string, string>>): Buffer =>
  ber(
    0x64,
    ber(0x04, dn),
    ber(
      0x30,
      ...Object.entries(attributes).map(([type, value]) =>
        ber(0x30, ber(0x04, type), ber(0x31, ber(0x04, value))),
      ),
    ),
  )

/** What a server says that nobody asked it (RFC 4511, section 4.4). */
export type Unasked = { unasked: Buffer }
type Says = {
  bind?: (request: Buffer) => Buffer
  /** Null: it hangs up. */
  search: (request: Buffer) => (Buffer | Unasked)[] | null
}

/** A server that says what it is told to, whatever it is asked; how to connect to it. */
export async function standIn(
  { bind = () => bound(0), search }: Says,
  t: TestContext,
): Promise<DirectoryConfig> {
  const server = createServer((client) => {
    client.on('error', () => client.destroy())
    client.on('data', (request: Buffer) => {
      const reader = new BerReader(request)
      reader.readSequence()
      const asked = reader.readInt() ?? 0
      const say = (id: number, operation: Buffer) =>
        client.write(ber(0x30, ber(0x02, Buffer.from([id])), operation))
      const operation = reader.peek()
      if (operation === ProtocolOperation.LDAP_REQ_BIND) say(asked, bind(request))
      if (operation !== ProtocolOperation.LDAP_REQ_SEARCH) return
      const answer = search(request)
      if (answer === null) client.destroy()
      for (const said of answer ?? []) {
        if (Buffer.isBuffer(said)) say(asked, said)
        else say(0, said.unasked)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUpAfter(t, () => void server.close())
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    startTls: false,
    peopleBase: 'ou=people',
    peopleFilter: '(uid=*)',
    listsBase: 'ou=lists',
    listClass: 'groupOfNames',
  }
}
