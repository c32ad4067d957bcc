import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { accepts, startChild } from '../child.ts'
import { freePort } from '../free-port.ts'
import { ds389Config } from './ds389-config.ts'
import { randomPassword } from './passwords.ts'
import type { Account } from './slapd.ts'

const server = '/usr/sbin/ns-slapd'
const template = '/usr/share/dirsrv/data/template-dse.ldif'
/** Made by its package; the server refuses to go on as root. */
const user = 'dirsrv'

const run = promisify(execFile)

export type Ds389 = {
  /** ldap://127.0.0.1:PORT */
  readonly url: string
  readonly suffix: string
  readonly peopleBase: string
  readonly listsBase: string
  /** cn=Directory Manager: may do everything. */
  readonly admin: Account
  stop(): Promise<void>
}

/** Why no 389 Directory Server can be started here; null when one can. */
export function missingDs389(): string | null {
  if (!existsSync(server) || !existsSync(template))
    return '389 Directory Server is not installed (Debian: apt install 389-ds-base)'
  return process.getuid?.() === 0 ? null : '389 Directory Server is started as root only'
}

/**
 * Starts a private 389 Directory Server on 127.0.0.1 with content synchronization; `dir` must be empty, and reachable by
 * everybody. The server's own installer would write below /etc and /var; this fills in the same template.
 */
export async function startDs389({
  dir,
  seedLdif,
  suffix = 'dc=example,dc=org',
}: {
  dir: string
  /** What goes below ou=people and ou=lists. */
  seedLdif: string
  suffix?: string
}): Promise<Ds389> {
  const port = await freePort()
  const admin = { dn: 'cn=Directory Manager', password: randomPassword() }
  for (const folder of ['config/schema', 'db', 'log', 'run', 'tmp'])
    await mkdir(join(dir, folder), { recursive: true })
  for (const name of ['certmap.conf', 'slapd-collations.conf'])
    await copyFile(join('/etc/dirsrv/config', name), join(dir, 'config', name))
  await copyFile('/etc/dirsrv/schema/99user.ldif', join(dir, 'config/schema/99user.ldif'))
  // The class of mail aliases, which is not among what it reads by itself.
  await copyFile('/usr/share/dirsrv/data/60nis.ldif', join(dir, 'config/schema/60nis.ldif'))
  const config = ds389Config(await readFile(template, 'utf8'), { dir, port, user, admin, suffix })
  await writeFile(join(dir, 'config/dse.ldif'), config, { mode: 0o600 })
  await run('chown', ['-R', user, dir])

  const child = await startChild({
    name: '389 Directory Server',
    command: server,
    // -d keeps it in the foreground, whatever the level.
    args: ['-D', join(dir, 'config'), '-i', join(dir, 'run/pid'), '-d', '0'],
    logFile: join(dir, 'ns-slapd.log'),
    isReady: () => accepts(port),
    startWithinMs: 60_000,
  })
  const url = `ldap://127.0.0.1:${port}`
  try {
    await load(`${treeLdif(suffix)}\n${seedLdif}`, { dir, url, admin })
  } catch (error) {
    await child.stop()
    throw error
  }
  return {
    url,
    suffix,
    peopleBase: `ou=people,${suffix}`,
    listsBase: `ou=lists,${suffix}`,
    admin,
    stop: () => child.stop(),
  }
}

function treeLdif(suffix: string): string {
  const dc = suffix.slice('dc='.length, suffix.indexOf(','))
  const root = `dn: ${suffix}\nobjectClass: domain\ndc: ${dc}\n`
  const units = ['people', 'lists', 'groups'].map(
    (ou) => `dn: ou=${ou},${suffix}\nobjectClass: organizationalUnit\nou: ${ou}\n`,
  )
  return [root, ...units].join('\n')
}

/** Through the server, which gives each entry its id. */
async function load(ldif: string, to: { dir: string; url: string; admin: Account }): Promise<void> {
  const file = join(to.dir, 'seed.ldif')
  await writeFile(file, ldif, { mode: 0o600 })
  await run('ldapadd', ['-x', '-H', to.url, '-D', to.admin.dn, '-w', to.admin.password, '-f', file])
}
