import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { accepts, type OnOwnEnd, startChild } from '../child.ts'
import { freeze } from '../freeze.ts'
import { freePort } from '../free-port.ts'
import { hashPassword, randomPassword } from './passwords.ts'
import { findOpenldap } from './find-openldap.ts'
import { slapdConf } from './slapd-conf.ts'

export type SlapdOptions = {
  /** Configuration, data and log. Kept: a second start with the same folder has the same data. */
  dir: string
  port?: number
  /** Needs `tls`. */
  ldapsPort?: number
  /** Absolute paths of PEM files. Opens ldaps and allows StartTLS. */
  tls?: { certFile: string; keyFile: string; caFile?: string }
  suffix?: string
  /** What goes below ou=people, ou=lists and ou=groups; used only while the directory is empty. */
  seedLdif?: string
  /** Kept by the caller, given again at a second start. Random ones when left out. */
  passwords?: { admin: string; worker: string; reader: string }
  /** `off`: faster, but a crash of the machine may lose data. */
  fsync?: 'on' | 'off'
  /** `on`: logs every write for replicas, as servers do that have some; a write costs about twice as much. */
  accesslog?: 'on' | 'off'
  /** slapd's debug level for the log, 0 for nothing; 256 shows every operation. */
  logLevel?: number
  onOwnEnd?: OnOwnEnd
}

export type Account = { dn: string; password: string }

export type Slapd = {
  /** ldap://127.0.0.1:PORT */
  readonly url: string
  /** ldaps://127.0.0.1:PORT, or null without TLS. */
  readonly ldapsUrl: string | null
  readonly port: number
  readonly suffix: string
  readonly peopleBase: string
  readonly listsBase: string
  readonly adminGroup: string
  /** May do everything. */
  readonly admin: Account
  /** cn=guildpost: reads everything but passwords, writes below ou=lists only. */
  readonly worker: Account
  /** cn=guildpost-read: finds people. */
  readonly reader: Account
  readonly logFile: string
  /** Of the server that runs now; another one after `restart`. */
  readonly pid: number
  stop(): Promise<void>
  /** Stops it if it runs, and starts it on the same ports with the same data. */
  restart(): Promise<void>
  /** Ends it at once, as a crash would. */
  kill9(): Promise<void>
  /** Freezes it: connections stay open, nothing is answered. */
  pause(): void
  resume(): void
}

/** Starts a private OpenLDAP server on 127.0.0.1, as root or as anybody. Throws when slapd is not installed. */
export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  const { dir, suffix = 'dc=example,dc=org', passwords = randomPasswords() } = options
  const port = options.port ?? (await freePort())
  const ldapsPort = options.tls === undefined ? null : (options.ldapsPort ?? (await freePort()))
  const openldap = await findOpenldap()
  const admin = { dn: `cn=admin,${suffix}`, password: passwords.admin }
  const worker = { dn: `cn=guildpost,ou=services,${suffix}`, password: passwords.worker }
  const reader = { dn: `cn=guildpost-read,ou=services,${suffix}`, password: passwords.reader }
  const url = `ldap://127.0.0.1:${port}`
  const ldapsUrl = ldapsPort === null ? null : `ldaps://127.0.0.1:${ldapsPort}`
  const confFile = join(dir, 'slapd.conf')
  const logFile = join(dir, 'slapd.log')

  await mkdir(join(dir, 'data'), { recursive: true, mode: 0o700 })
  if (options.accesslog === 'on') await mkdir(join(dir, 'accesslog'), { recursive: true, mode: 0o700 })
  const { tls, fsync = 'on', accesslog = 'off' } = options
  const conf = slapdConf({ dir, openldap, suffix, admin, worker, reader, tls, fsync, accesslog })
  await writeFile(confFile, conf, { mode: 0o600 })
  if ((await readdir(join(dir, 'data'))).length === 0) {
    const ldif = `${baseLdif(suffix, [worker, reader])}\n${options.seedLdif ?? ''}`
    await load(ldif, { slapd: openldap.slapd, dir, confFile, suffix })
  }

  const start = () =>
    startChild({
      name: 'slapd',
      command: openldap.slapd,
      // -d keeps it in the foreground, whatever the level.
      args: [
        '-d',
        String(options.logLevel ?? 0),
        '-f',
        confFile,
        '-h',
        [url, ldapsUrl].filter(Boolean).join(' '),
      ],
      logFile,
      onOwnEnd: options.onOwnEnd,
      isReady: () => accepts(port),
    })
  let child = await start()

  return {
    url,
    ldapsUrl,
    port,
    suffix,
    peopleBase: `ou=people,${suffix}`,
    listsBase: `ou=lists,${suffix}`,
    adminGroup: `cn=guildpost-admins,ou=groups,${suffix}`,
    admin,
    worker,
    reader,
    logFile,
    get pid() {
      return child.pid
    },
    stop: () => child.stop(),
    async restart() {
      await child.stop()
      child = await start()
    },
    async kill9() {
      child.signal('SIGKILL')
      await child.ended
    },
    pause: () => freeze(child.pid),
    resume: () => child.signal('SIGCONT'),
  }
}

function randomPasswords() {
  return { admin: randomPassword(), worker: randomPassword(), reader: randomPassword() }
}

/** The tree that the access rules speak of, and the two service accounts. */
function baseLdif(suffix: string, accounts: Account[]): string {
  const dc = suffix.slice('dc='.length, suffix.indexOf(','))
  const units = ['people', 'lists', 'groups', 'services'].map(
    (ou) => `dn: ou=${ou},${suffix}\nobjectClass: organizationalUnit\nou: ${ou}\n`,
  )
  const services = accounts.map(({ dn, password }) => {
    const cn = dn.slice('cn='.length, dn.indexOf(','))
    const classes = 'objectClass: applicationProcess\nobjectClass: simpleSecurityObject'
    return `dn: ${dn}\n${classes}\ncn: ${cn}\nuserPassword: ${hashPassword(password)}\n`
  })
  const root = `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: ${dc}\no: Example Guild\n`
  return [root, ...units, ...services].join('\n')
}

async function load(
  ldif: string,
  to: { slapd: string; dir: string; confFile: string; suffix: string },
): Promise<void> {
  const ldifFile = join(to.dir, 'seed.ldif')
  await writeFile(ldifFile, ldif, { mode: 0o600 })
  // slapd called as slapadd is slapadd: macOS installs do not always carry the separate name.
  await promisify(execFile)(to.slapd, ['-T', 'add', '-q', '-f', to.confFile, '-b', to.suffix, '-l', ldifFile])
}
