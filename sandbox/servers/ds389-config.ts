import { join } from 'node:path'
import { hashPassword } from './passwords.ts'
import type { Account } from './slapd.ts'

type Config = { dir: string; port: number; user: string; admin: Account; suffix: string }

/** The whole dse.ldif: the package's template, filled in for one folder, with one database and the plugins of the live feed. */
export function ds389Config(template: string, config: Config): string {
  const values = valuesOf(config)
  const filled = template.trimEnd().replaceAll(/%(\w+)%/g, (asIs, name: string) => values[name] ?? asIs)
  return [...filled.split('\n\n').map(enabled), ...databaseOf(config.suffix)].join('\n\n') + '\n'
}

function valuesOf({ dir, port, user, admin, suffix }: Config): Record<string, string> {
  const config = join(dir, 'config')
  const run = join(dir, 'run')
  const tmp = join(dir, 'tmp')
  return {
    fqdn: 'localhost',
    ds_port: `${port}`,
    ds_user: user,
    ds_suffix: suffix,
    rootdn: admin.dn,
    ds_passwd: hashPassword(admin.password),
    config_dir: config,
    cert_dir: config,
    schema_dir: join(config, 'schema'),
    db_dir: join(dir, 'db'),
    db_home_dir: join(dir, 'db'),
    db_lib: 'bdb',
    log_dir: join(dir, 'log'),
    lock_dir: run,
    run_dir: run,
    tmp_dir: tmp,
    ldif_dir: tmp,
    bak_dir: tmp,
    inst_dir: tmp,
    ldapi_enabled: 'off',
    ldapi: join(run, 'socket'),
    ldapi_autobind: 'off',
  }
}

/**
 * What answers a sync request, and the log of changes that it reads. The log must keep the id of what was changed, or whoever
 * comes back with a cookie hears of nothing (Administration Guide, "Content Synchronization").
 */
function enabled(entry: string): string {
  const on = entry.replace('nsslapd-pluginenabled: off', 'nsslapd-pluginenabled: on')
  if (entry.startsWith('dn: cn=Content Synchronization,')) return on
  return entry.startsWith('dn: cn=Retro Changelog Plugin,')
    ? `${on}\nnsslapd-attribute: nsuniqueid:targetUniqueId`
    : entry
}

const databaseOf = (suffix: string): string[] => [
  `dn: cn=userroot,cn=ldbm database,cn=plugins,cn=config
objectClass: top
objectClass: extensibleObject
objectClass: nsBackendInstance
cn: userroot
nsslapd-suffix: ${suffix}`,
  `dn: cn="${suffix}",cn=mapping tree,cn=config
objectClass: top
objectClass: extensibleObject
objectClass: nsMappingTree
cn: ${suffix}
nsslapd-state: backend
nsslapd-backend: userroot`,
]
