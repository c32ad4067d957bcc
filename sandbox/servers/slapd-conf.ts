import { join } from 'node:path'
import type { Openldap } from './find-openldap.ts'

type Conf = {
  dir: string
  openldap: Openldap
  suffix: string
  admin: { dn: string; password: string }
  worker: { dn: string }
  reader: { dn: string }
  tls: { certFile: string; keyFile: string; caFile?: string } | undefined
  fsync: 'on' | 'off'
  accesslog: 'on' | 'off'
}

/** The whole slapd.conf(5). Access: the worker writes below ou=lists only; anonymous may do nothing but bind. */
export function slapdConf(conf: Conf): string {
  const { dir, openldap, suffix, admin, worker, reader, tls, fsync } = conf
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis', 'misc']
  const people = `ou=people,${suffix}`
  const lists = `ou=lists,${suffix}`
  const lines = [
    ...schemas.map((name) => `include "${join(openldap.schemaDir, `${name}.schema`)}"`),
    ...(openldap.moduleDir === null
      ? []
      : [
          `modulepath "${openldap.moduleDir}"`,
          'moduleload back_mdb',
          'moduleload syncprov',
          ...(conf.accesslog === 'on' ? ['moduleload accesslog'] : []),
        ]),
    `pidfile "${join(dir, 'slapd.pid')}"`,
    ...(tls === undefined
      ? []
      : [
          ...(tls.caFile === undefined ? [] : [`TLSCACertificateFile "${tls.caFile}"`]),
          `TLSCertificateFile "${tls.certFile}"`,
          `TLSCertificateKeyFile "${tls.keyFile}"`,
        ]),
    ...(conf.accesslog === 'on' ? accesslogDatabase(conf) : []),
    'database mdb',
    `directory "${join(dir, 'data')}"`,
    'maxsize 1073741824',
    ...(fsync === 'off' ? ['dbnosync'] : []),
    `suffix "${suffix}"`,
    `rootdn "${admin.dn}"`,
    `rootpw "${admin.password}"`,
    // No index on the member attributes: it makes every removal from a big list five times dearer.
    'index objectClass,cn,uid,mail,gidNumber,entryUUID,entryCSN eq',
    `limits dn.exact="${worker.dn}" size=unlimited time=unlimited`,
    'access to attrs=userPassword by anonymous auth by * none',
    `access to dn.children="${lists}" by dn.exact="${worker.dn}" write by * none`,
    `access to dn.base="${lists}" attrs=children by dn.exact="${worker.dn}" write by * none`,
    `access to dn.subtree="${people}" attrs=entry,objectClass,uid,mail,cn,gidNumber,entryUUID`,
    `  by dn.exact="${worker.dn}" read by dn.exact="${reader.dn}" read by self read by * none`,
    `access to dn.subtree="ou=groups,${suffix}" by dn.exact="${worker.dn}" read by dn.exact="${reader.dn}" read by * none`,
    `access to * by dn.exact="${worker.dn}" read by * none`,
    'overlay syncprov',
    'syncprov-checkpoint 1000 10',
    'syncprov-sessionlog 10000',
    ...(conf.accesslog === 'on'
      ? ['overlay accesslog', 'logdb cn=accesslog', 'logops writes', 'logsuccess TRUE']
      : []),
  ]
  return `${lines.join('\n')}\n`
}

/** Where every write is logged for replicas: delta-syncrepl as OpenLDAP's Administrator's Guide sets it up (18.3.2). */
function accesslogDatabase({ dir, admin, fsync }: Conf): string[] {
  return [
    'database mdb',
    `directory "${join(dir, 'accesslog')}"`,
    'maxsize 1073741824',
    ...(fsync === 'off' ? ['dbnosync'] : []),
    'suffix cn=accesslog',
    'rootdn cn=accesslog',
    'index default eq',
    'index entryCSN,objectClass,reqEnd,reqResult,reqStart,reqDN',
    `access to * by dn.exact="${admin.dn}" read by * none`,
    'overlay syncprov',
    'syncprov-nopresent TRUE',
    'syncprov-reloadhint TRUE',
  ]
}
