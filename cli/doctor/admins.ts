import type { DirectoryConfig } from '../../adapters/ldap/connection/connect-options.ts'
import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { findAdmins, type FoundAdmins } from '../../adapters/ldap/search/find-admins.ts'
import { doubtful, type Finding, reasonOf, right, unknown, wrong } from './finding.ts'

const [byGroup, byGid] = ['admins by group', 'admins by gidNumber']
/** RFC 4511, appendix A. */
const invalidDnSyntax = 34

/**
 * Whether the directory makes anybody an admin, by count: for the worker, which reads that with everything else, and for the api, which
 * looks whenever somebody signs in. `reader` is null where that one is not let in at all.
 */
export async function* adminFindings(
  worker: DirectoryConfig,
  reader: DirectoryConfig | null,
  gid: number | undefined,
): AsyncGenerator<Finding> {
  const { adminGroup } = worker
  if (adminGroup === undefined && gid === undefined)
    return yield doubtful(
      'admins',
      'the directory makes nobody an admin: neither LDAP_ADMIN_GROUP nor LDAP_ADMIN_GID is set',
      'Set one of them for api and worker. Without the directory it is done by npm run admin -- grant NAME (docs/admin.md).',
    )
  const seen = await look(worker, gid, 'LDAP_BIND_DN')
  if ('state' in seen) return yield seen
  if (adminGroup !== undefined) yield groupFinding(seen, worker, adminGroup)
  if (gid !== undefined) yield gidFinding(seen, worker)
  if (reader === null) return
  const seenByApi = await look(reader, gid, 'LDAP_READ_BIND_DN')
  if ('state' in seenByApi) return yield seenByApi
  if (adminGroup !== undefined && seen.found)
    yield groupForApi(seenByApi, seen.members, groupRule(adminGroup, reader))
  if (gid !== undefined && seen.withGid.length > 0) yield gidForApi(seenByApi, seen, reader)
}

async function look(
  config: DirectoryConfig,
  gid: number | undefined,
  account: 'LDAP_BIND_DN' | 'LDAP_READ_BIND_DN',
): Promise<FoundAdmins | Finding> {
  try {
    return await findAdmins(config, gid)
  } catch (error) {
    const isNoDn = error instanceof DirectoryFailure && error.code === invalidDnSyntax
    return (isNoDn ? wrong : unknown)(
      account === 'LDAP_BIND_DN' ? 'admins' : 'admins, for the api',
      reasonOf(error),
      `Correct LDAP_ADMIN_GROUP, or what the account of ${account} may read; then look again.`,
    )
  }
}

function groupFinding(
  { found, members, inGroup, withGid }: FoundAdmins,
  config: DirectoryConfig,
  adminGroup: string,
): Finding {
  const nobody = withGid.length > 0 ? doubtful : wrong
  const letIt = (what: string) =>
    `let the account of LDAP_BIND_DN read ${what}. ${groupRule(adminGroup, config)}`
  if (!found)
    return nobody(
      byGroup,
      'the worker’s account finds no LDAP_ADMIN_GROUP, so it makes nobody an admin',
      `Correct LDAP_ADMIN_GROUP, or ${letIt('the group')}`,
    )
  if (members === 0)
    return nobody(
      byGroup,
      'the worker’s account sees no member in LDAP_ADMIN_GROUP, so it makes nobody an admin',
      `Put people into it, or ${letIt('its members')}`,
    )
  const says = `people among the members of LDAP_ADMIN_GROUP: ${inGroup.length} of ${members}`
  return inGroup.length > 0
    ? right(byGroup, says)
    : nobody(
        byGroup,
        says,
        'Put people into the group, those that LDAP_PEOPLE_BASE and LDAP_PEOPLE_FILTER find, or let the account of LDAP_BIND_DN read them.',
      )
}

function gidFinding({ inGroup, withGid }: FoundAdmins, config: DirectoryConfig): Finding {
  const says = `people with that of LDAP_ADMIN_GID: ${withGid.length}`
  if (withGid.length > 0) return right(byGid, says)
  const nobody = inGroup.length > 0 ? doubtful : wrong
  return nobody(
    byGid,
    says,
    `Correct LDAP_ADMIN_GID, or let the account of LDAP_BIND_DN read the gidNumber of people. ${gidRule(config)}`,
  )
}

/** At a sign-in the members count that the api sees; without a group what the worker read stands. */
function groupForApi({ found, members }: FoundAdmins, ofAll: number, rule: string): Finding {
  const check = `${byGroup}, for the api`
  if (!found)
    return doubtful(
      check,
      'it finds no LDAP_ADMIN_GROUP: who becomes an admin, or is none any more, shows with the worker’s next read only',
      `Let the account of LDAP_READ_BIND_DN read the group. ${rule}`,
    )
  return members >= ofAll
    ? right(check, 'it sees as many members')
    : wrong(
        check,
        `it sees ${members} of ${ofAll} members of LDAP_ADMIN_GROUP: an admin whom it does not see is none after signing in, until the worker’s next read`,
        `Let the account of LDAP_READ_BIND_DN read the members of the group. ${rule}`,
      )
}

function gidForApi({ withGid }: FoundAdmins, seen: FoundAdmins, config: DirectoryConfig): Finding {
  const check = `${byGid}, for the api`
  return withGid.length >= seen.withGid.length
    ? right(check, 'it sees as many people')
    : doubtful(
        check,
        `it sees ${withGid.length} of ${seen.withGid.length} people with that of LDAP_ADMIN_GID: the others may be no admins after signing in, until the worker’s next read`,
        `Let the account of LDAP_READ_BIND_DN read the gidNumber of people. ${gidRule(config)}`,
      )
}

const groupRule = (adminGroup: string, config: DirectoryConfig): string =>
  ruleFor(`dn.base="${adminGroup}"`, config)

const gidRule = (config: DirectoryConfig): string =>
  ruleFor(`dn.children="${config.peopleBase}" attrs=gidNumber`, config)

/** Nobody is asked to let everybody see who is an admin. */
const ruleFor = (what: string, { bindDn }: DirectoryConfig): string =>
  bindDn === undefined
    ? 'It reads anonymously: give it an account first, in LDAP_READ_BIND_DN and LDAP_READ_BIND_PASSWORD.'
    : `In OpenLDAP, before your other rules: access to ${what} by dn.exact="${bindDn}" read by * break`
