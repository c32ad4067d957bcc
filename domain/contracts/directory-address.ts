import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isLoopback } from './is-loopback.ts'

/** What is wrong with the way to the directory that no single variable shows; a sentence each, with an example. */
export function problemsOfDirectoryAddress(values: {
  APP_ENV?: string
  LDAP_URL?: string
  LDAP_STARTTLS?: string
  LDAP_CA_FILE?: string | undefined
}): string[] {
  const { APP_ENV, LDAP_URL, LDAP_STARTTLS, LDAP_CA_FILE } = values
  const problems: string[] = []
  const plain = LDAP_URL?.startsWith('ldap://') === true && LDAP_STARTTLS === 'off'
  if (APP_ENV === 'prod' && plain && !isLoopback(LDAP_URL))
    problems.push(
      `LDAP_URL is ${LDAP_URL}: passwords would cross the network unencrypted. Example: LDAP_URL=ldaps://ldap.example.org, or LDAP_STARTTLS=on`,
    )
  const wrong = LDAP_CA_FILE === undefined ? null : problemOfCertificate(LDAP_CA_FILE)
  if (wrong !== null)
    problems.push(`LDAP_CA_FILE is ${LDAP_CA_FILE}, and ${wrong}. Example: LDAP_CA_FILE=/etc/ssl/ldap-ca.pem`)
  return problems
}

/** TLS takes PEM (RFC 7468), and passes over a file that has none in silence. */
function problemOfCertificate(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8')
    if (!text.includes('-----BEGIN CERTIFICATE-----')) return 'there is no certificate in it (it must be PEM)'
    void new X509Certificate(text)
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'there is no such file' : `it can’t be read: ${message}`
  }
}
