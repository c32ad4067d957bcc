import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text as textOf } from 'node:stream/consumers'
import type { ListClass } from '../../domain/contracts/directory.ts'
import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { shortPath } from './short-path.ts'
import type { Slapd } from '../servers/slapd.ts'

/** How ldapsearch gets at the directory, the private one or a real one. */
export type DirectoryAccess = {
  url: string
  peopleBase: string
  listsBase: string
  memberAttribute: string
  /** An entry that empty groups keep, and that is nobody. */
  placeholderDn: string
  bindDn: string
  password: string
  /** Holds the password, for a command line that can be pasted. Null for a real directory. */
  passwordFile: string | null
  options: string[]
  environment: Environment
}

const memberAttributes: Record<ListClass, string> = {
  groupOfUniqueNames: 'uniqueMember',
  groupOfNames: 'member',
  posixGroup: 'memberUid',
  nisMailAlias: 'rfc822MailMember',
}

export function directoryAccess(
  environment: Environment,
  own: { server: Slapd; passwordFile: string } | null,
): DirectoryAccess {
  const values = readEnvironment(
    chosen(
      'LDAP_URL',
      'LDAP_CA_FILE',
      'LDAP_STARTTLS',
      'LDAP_BIND_DN',
      'LDAP_BIND_PASSWORD',
      'LDAP_PEOPLE_BASE',
      'LDAP_LISTS_BASE',
      'LDAP_LIST_CLASS',
      'LDAP_PLACEHOLDER_DN',
    ),
    environment,
  )
  return {
    url: values.LDAP_URL,
    peopleBase: values.LDAP_PEOPLE_BASE,
    listsBase: values.LDAP_LISTS_BASE,
    memberAttribute: memberAttributes[values.LDAP_LIST_CLASS],
    placeholderDn: values.LDAP_PLACEHOLDER_DN ?? values.LDAP_BIND_DN,
    // In the private directory its admin, so that a pasted ldapmodify may play another tool.
    bindDn: own?.server.admin.dn ?? values.LDAP_BIND_DN,
    password: own?.server.admin.password ?? values.LDAP_BIND_PASSWORD,
    passwordFile: own?.passwordFile ?? null,
    options: values.LDAP_STARTTLS === 'on' ? ['-ZZ'] : [],
    environment: {
      ...process.env,
      ...(values.LDAP_CA_FILE === undefined ? {} : { LDAPTLS_CACERT: values.LDAP_CA_FILE }),
    },
  }
}

/** What a person types into another terminal, in this folder, to see for themselves. */
export function commandLine(access: DirectoryAccess, base: string, ...rest: string[]): string {
  const password = access.passwordFile === null ? '-W' : `-y ${shortPath(access.passwordFile)}`
  const quoted = rest.map((word) => (/^[\w=,.-]+$/.test(word) ? word : `'${word}'`))
  const who = `-x -LLL -H ${access.url} -D ${access.bindDn} ${password}`
  return ['ldapsearch', ...access.options, who, '-b', base, ...quoted].join(' ')
}

/** What ldapsearch prints. @throws {Error} with what it complains about. */
export async function ldapsearch(access: DirectoryAccess, base: string, ...rest: string[]): Promise<string> {
  const args = ['-x', '-LLL', '-o', 'ldif-wrap=no', ...access.options, '-H', access.url]
  args.push('-D', access.bindDn, '-y', '/dev/stdin', '-b', base, ...rest)
  // What we write to a child goes through a socket, which cannot be opened as a file; a shell's pipe can.
  const child = spawn('/bin/sh', ['-c', 'cat | exec ldapsearch "$@"', 'sh', ...args], {
    env: access.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  child.stdin.end(access.password)
  const [[code], output, complaint] = await Promise.all([ended, textOf(child.stdout), textOf(child.stderr)])
  if (code === 127)
    throw new Error(
      'ldapsearch is not installed. Debian: apt install ldap-utils. macOS: brew install openldap.',
    )
  if (code !== 0) throw new Error(complaint.trim() || `ldapsearch ended with ${code}`)
  return output
}

export type ListInDirectory = { name: string; members: string[] }

/** All lists with their members, as the directory holds them. */
export async function readAllLists(access: DirectoryAccess): Promise<ListInDirectory[]> {
  const { listsBase, memberAttribute, placeholderDn } = access
  const ldif = await ldapsearch(access, listsBase, '-s', 'one', '(cn=*)', 'cn', memberAttribute)
  const entries = ldif.split('\n\n').filter((entry) => entry.trim() !== '')
  return entries
    .map((entry) => ({
      name: valuesIn(entry, 'cn')[0] ?? '',
      members: valuesIn(entry, memberAttribute).filter((value) => value !== placeholderDn),
    }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** One list's entry as LDIF with the version of the entry; null when there is none of that name. */
export async function readList(
  access: DirectoryAccess,
  name: string,
): Promise<{ ldif: string; members: string[]; version: string; command: string } | null> {
  const { listsBase, memberAttribute, placeholderDn } = access
  const query = [`(cn=${escaped(name)})`, memberAttribute, 'entryCSN']
  const ldif = (await ldapsearch(access, listsBase, ...query)).trim()
  const members = valuesIn(ldif, memberAttribute).filter((value) => value !== placeholderDn)
  const version = valuesIn(ldif, 'entryCSN')[0] ?? ''
  return ldif === '' ? null : { ldif, members, version, command: commandLine(access, listsBase, ...query) }
}

/** One person's entry as LDIF; null when there is none of that user name. */
export async function readPerson(access: DirectoryAccess, uid: string): Promise<string | null> {
  const ldif = await ldapsearch(access, access.peopleBase, `(uid=${escaped(uid)})`, 'cn', 'mail', 'gidNumber')
  return ldif.trim() === '' ? null : ldif.trim()
}

/** Whether a value of the member attribute, of whatever list class, is this person's. */
export function isMember(value: string, uid: string): boolean {
  const lower = value.toLowerCase()
  return lower === uid || lower.startsWith(`uid=${uid},`) || lower.startsWith(`${uid}@`)
}

/** The values of an attribute in an LDIF record (RFC 2849), plain or base64. */
function valuesIn(ldif: string, attribute: string): string[] {
  return ldif.split('\n').flatMap((line) => {
    const [, name, encoded, value] = /^([A-Za-z0-9]+):(:?) (.*)$/.exec(line) ?? []
    if (name !== attribute || value === undefined) return []
    return [encoded === ':' ? Buffer.from(value, 'base64').toString() : value]
  })
}

/** RFC 4515, section 3. */
function escaped(value: string): string {
  return value.replaceAll(
    /[\0()*\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
