import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export type CertificateOptions = {
  commonName: string
  /** Whom it is for; none for an authority. */
  hosts?: readonly string[]
  /** IPv4 addresses that it is for. */
  addresses?: readonly string[]
  isAuthority?: boolean
  /** Valid from the first of January of one year to that of another: from the last year on, for ten years. */
  fromYear?: number
  toYear?: number
  /** Who signs it; itself without one. */
  issuer?: Certificate
}

export type Certificate = { commonName: string; privateKey: KeyObject; pem: string; keyPem: string }

const ecdsaWithSha256 = oid('2a8648ce3d040302')
const thisYear = new Date().getUTCFullYear()

/**
 * Makes a key and a certificate for it. Node can sign but makes no certificates, and openssl is not installed everywhere, so
 * this writes the DER itself (RFC 5280).
 */
export function makeCertificate(options: CertificateOptions): Certificate {
  const { commonName, hosts = [], addresses = [], isAuthority = false } = options
  const { fromYear = thisYear - 1, toYear = fromYear + 11 } = options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = options.issuer ?? { commonName, privateKey }
  const toBeSigned = sequence(
    der(0xa0, der(0x02, [2])),
    // Positive, and never zero.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sequence(ecdsaWithSha256),
    nameOf(issuer.commonName),
    sequence(firstOfJanuary(fromYear), firstOfJanuary(toYear)),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        ...(isAuthority ? [authority()] : []),
        ...(hosts.length + addresses.length > 0 ? [validFor(hosts, addresses)] : []),
      ),
    ),
  )
  const signature = sign('sha256', toBeSigned, issuer.privateKey)
  const certificate = sequence(toBeSigned, sequence(ecdsaWithSha256), der(0x03, [0], signature))
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  return { commonName, privateKey, keyPem, pem: pem('CERTIFICATE', certificate) }
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(oid('550403'), der(0x0c, commonName))))
}

function authority(): Buffer {
  const isTrue = der(0x01, [0xff])
  return sequence(oid('551d13'), isTrue, der(0x04, sequence(isTrue)))
}

function validFor(hosts: readonly string[], addresses: readonly string[]): Buffer {
  const names = [
    ...hosts.map((host) => der(0x82, host)),
    ...addresses.map((address) => der(0x87, address.split('.').map(Number))),
  ]
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
