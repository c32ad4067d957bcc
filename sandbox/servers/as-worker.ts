import type { DirectoryConfig } from '../../adapters/ldap/connection/connect-options.ts'
import type { ListClass } from '../../domain/contracts/directory.ts'
import type { Slapd } from './slapd.ts'

type Server = Pick<Slapd, 'url' | 'worker' | 'peopleBase' | 'listsBase' | 'adminGroup'> & {
  listClass?: ListClass
}

/** How a worker would open this directory. */
export const asWorker = (server: Server): DirectoryConfig => ({
  url: server.url,
  startTls: false,
  bindDn: server.worker.dn,
  bindPassword: server.worker.password,
  peopleBase: server.peopleBase,
  peopleFilter: '(objectClass=inetOrgPerson)',
  listsBase: server.listsBase,
  listClass: server.listClass ?? 'groupOfUniqueNames',
  adminGroup: server.adminGroup,
})
