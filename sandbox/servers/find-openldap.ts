import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export type Openldap = {
  slapd: string
  schemaDir: string
  /** Null where the modules are built in. */
  moduleDir: string | null
}

/** Where this system keeps OpenLDAP's server. Throws with the way to install it. */
export async function findOpenldap(): Promise<Openldap> {
  const brew = await brewPrefix()
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/libexec',
    '/usr/local/libexec',
    '/usr/lib/openldap',
    ...(brew === null ? [] : [join(brew, 'libexec')]),
  ]
  const slapd = folders.map((folder) => join(folder, 'slapd')).find((path) => existsSync(path))
  // Homebrew first: beside its server, the schema files of macOS itself are too old.
  const schemaDirs = [
    ...(brew === null
      ? []
      : [join(brew, '.bottle/etc/openldap/schema'), join(brew, '../../etc/openldap/schema')]),
    '/etc/ldap/schema',
    '/etc/openldap/schema',
    '/usr/local/etc/openldap/schema',
  ]
  const schemaDir = schemaDirs.find((path) => existsSync(join(path, 'nis.schema')))
  if (slapd === undefined || schemaDir === undefined) {
    throw new Error(
      'slapd is not installed. Debian and Ubuntu: apt install slapd ldap-utils. macOS: brew install openldap.',
    )
  }
  const moduleDirs = [
    '/usr/lib/ldap',
    '/usr/lib64/openldap',
    '/usr/lib/openldap',
    '/usr/local/libexec/openldap',
  ]
  const moduleDir = [...moduleDirs, ...(brew === null ? [] : [join(brew, 'libexec/openldap')])].find(
    (path) => existsSync(join(path, 'back_mdb.so')) || existsSync(join(path, 'back_mdb.la')),
  )
  return { slapd, schemaDir, moduleDir: moduleDir ?? null }
}

async function brewPrefix(): Promise<string | null> {
  if (process.platform !== 'darwin') return null
  return promisify(execFile)('brew', ['--prefix', 'openldap']).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  )
}
