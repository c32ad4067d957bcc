import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Certificate, makeCertificate } from './certificate.ts'

/** Absolute paths of PEM files, as a server wants them. */
export type TlsFiles = { certFile: string; keyFile: string; caFile: string }

/** A certificate for 127.0.0.1 and localhost below `dir`, valid for ten years, that is its own authority. */
export async function makeSelfSigned(dir: string): Promise<TlsFiles> {
  const commonName = 'guildpost sandbox'
  const own = makeCertificate({
    commonName,
    hosts: ['localhost'],
    addresses: ['127.0.0.1'],
    isAuthority: true,
  })
  return writeTlsFiles(dir, { own, authority: own })
}

/** Writes a certificate, its key and whoever signed it below `dir`. */
export async function writeTlsFiles(
  dir: string,
  { own, authority }: { own: Certificate; authority: Certificate },
): Promise<TlsFiles> {
  await mkdir(dir, { recursive: true })
  const files = {
    certFile: join(dir, 'certificate.pem'),
    keyFile: join(dir, 'key.pem'),
    caFile: join(dir, 'authority.pem'),
  }
  await writeFile(files.certFile, own.pem)
  await writeFile(files.caFile, authority.pem)
  await writeFile(files.keyFile, own.keyPem, { mode: 0o600 })
  return files
}
