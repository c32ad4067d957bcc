import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { AuditCheckpoint } from '../contracts/audit.ts'

/** What a checkpoint says, and its signature covers. */
export type Statement = Omit<AuditCheckpoint, 'signature'>

/** What PKCS #8 (RFC 8410, section 7) and SubjectPublicKeyInfo (section 4) have before the 32 bytes of an Ed25519 key. */
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicKeyHead = Buffer.from('302a300506032b6570032100', 'hex')

/** The exact text that is signed: a line for each thing, UTF-8, each line with its end. */
function checkpointText({ position, hash, madeAt, keyId }: Statement): string {
  return `guildpost audit checkpoint v1\nposition ${position}\nhash ${hash}\nmadeAt ${madeAt}\nkey ${keyId}\n`
}

/** Signs where the chain ends (Ed25519, RFC 8032). `signingKey` is the seed: 32 bytes as base64url. */
export function signCheckpoint(signingKey: string, said: Omit<Statement, 'keyId'>): AuditCheckpoint {
  const key = createPrivateKey({
    key: Buffer.concat([privateKeyHead, Buffer.from(signingKey, 'base64url')]),
    format: 'der',
    type: 'pkcs8',
  })
  const statement = { ...said, keyId: keyIdOf(publicKeyOf(signingKey)) }
  const signature = sign(null, Buffer.from(checkpointText(statement)), key).toString('base64url')
  return { ...statement, signature }
}

/** Whether the checkpoint was signed with the key that `publicKey` (32 bytes as base64url) belongs to. */
export function isSignedBy(publicKey: string, { signature, ...statement }: AuditCheckpoint): boolean {
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([publicKeyHead, Buffer.from(publicKey, 'base64url')]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, Buffer.from(checkpointText(statement)), key, Buffer.from(signature, 'base64url'))
}

/** The public half of a signing key, which checks its signatures and may be shown to anybody; base64url. */
export function publicKeyOf(signingKey: string): string {
  const der = Buffer.concat([privateKeyHead, Buffer.from(signingKey, 'base64url')])
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  return key.export({ format: 'der', type: 'spki' }).subarray(publicKeyHead.length).toString('base64url')
}

/** Names a key: the first 16 bytes of the SHA-256 of its public half, in hex. */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 32)
}
