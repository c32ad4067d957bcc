import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Absolute paths of PEM files; the certificate is its own authority. */
export type SelfSigned = { certFile: string; keyFile: string; caFile: string }

const ecdsaWithSha256 = oid('2a8648ce3d040302')

/**
 * Makes a key and a certificate for 127.0.0.1 and localhost, valid for ten years, below `dir`. Node can sign but
 * makes no certificates, and openssl is not installed everywhere, so this writes the DER itself (RFC 5280).
 */
export async function makeSelfSigned(dir: string): Promise<SelfSigned> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const year = new Date().getUTCFullYear()
  const name = sequence(set(sequence(oid('550403'), der(0x0c, 'guildpost sandbox'))))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, [2])),
    // Positive, and never zero.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sequence(ecdsaWithSha256),
    name,
    sequence(firstOfJanuary(year - 1), firstOfJanuary(year + 10)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority(), validFor(['localhost'], [[127, 0, 0, 1]]))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const certificate = sequence(toBeSigned, sequence(ecdsaWithSha256), der(0x03, [0], signature))

  await mkdir(dir, { recursive: true })
  const certFile = join(dir, 'certificate.pem')
  const keyFile = join(dir, 'key.pem')
  await writeFile(certFile, pem('CERTIFICATE', certificate))
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return { certFile, keyFile, caFile: certFile }
}

function isAuthority(): Buffer {
  const isTrue = der(0x01, [0xff])
  return sequence(oid('551d13'), isTrue, der(0x04, sequence(isTrue)))
}

function validFor(hosts: string[], addresses: number[][]): Buffer {
  const names = [...hosts.map((host) => der(0x82, host)), ...addresses.map((address) => der(0x87, address))]
  return sequence(oid('551d11'), der(0x04, sequence(...names)))
}

function firstOfJanuary(year: number): Buffer {
  return der(0x17, `${String(year).slice(-2)}0101000000Z`)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function set(...parts: Buffer[]): Buffer {
  return der(0x31, ...parts)
}

function der(tag: number, ...parts: (Buffer | number[] | string)[]): Buffer {
  const body = Buffer.concat(parts.map(bytes))
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

function bytes(part: Buffer | number[] | string): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
