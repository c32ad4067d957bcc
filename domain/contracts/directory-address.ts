import { existsSync } from 'node:fs'
import { isLoopback } from './environment.ts'

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
      `LDAP_URL is ${LDAP_URL}: passwords would cross the network unencrypted. Example: LDAP_URL=ldaps://ldap.example.org`,
    )
  if (LDAP_CA_FILE !== undefined && !existsSync(LDAP_CA_FILE))
    problems.push(
      `LDAP_CA_FILE is ${LDAP_CA_FILE}, and there is no such file. Example: LDAP_CA_FILE=/etc/ssl/ldap-ca.pem`,
    )
  return problems
}
