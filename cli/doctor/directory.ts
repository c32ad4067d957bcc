import { certificateEnd } from '../../adapters/ldap/connection/certificate-end.ts'
import type { DirectoryConfig } from '../../adapters/ldap/connection/connect-options.ts'
import { type Directory, openDirectory } from '../../adapters/ldap/directory.ts'
import { dnKey } from '../../adapters/ldap/entries/dn-key.ts'
import { DirectoryFailure, IncompleteRead } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import { tryToAdd } from '../../adapters/ldap/write/try-to-add.ts'
import { looksPrivileged } from '../../domain/rules/looks-privileged.ts'
import { adminFindings } from './admins.ts'
import { type Area, doubtful, type Finding, reasonOf, right, unknown, wrong } from './finding.ts'

type DirectorySettings = {
  /** The worker's account. */
  config: DirectoryConfig
  /** The api's. */
  reader: Pick<DirectoryConfig, 'bindDn' | 'bindPassword'>
  /** The gidNumber that makes an admin. */
  adminGid: number | undefined
  placeholderDn: string
  /** WRITES=off: nothing may be written, not even to try it. */
  mayWrite: boolean
}

const day = 86_400_000

/** Whether the directory can be reached safely, read, written where lists live, and nowhere else. */
export const directoryArea = (settings: DirectorySettings): Area => ({
  name: 'directory',
  check: async function* () {
    const { config, reader, adminGid } = settings
    yield certificateFinding(await certificateEnd(config))
    const directory = openDirectory(config)
    // It needs to see nothing but people.
    const readerConfig = { ...config, ...reader, listsBase: config.peopleBase }
    const asReader = openDirectory(readerConfig)
    try {
      const bound = await bindFinding('the worker’s account', directory, {
        account: 'LDAP_BIND_DN and LDAP_BIND_PASSWORD',
        base: { variable: 'LDAP_LISTS_BASE', dn: config.listsBase },
      })
      yield bound
      const readerBound = await bindFinding('the api’s account', asReader, {
        account: 'LDAP_READ_BIND_DN and LDAP_READ_BIND_PASSWORD',
        base: { variable: 'LDAP_PEOPLE_BASE', dn: config.peopleBase },
      })
      yield readerBound
      if (bound.state !== 'right') return
      // An account that is not let in was told of, and would end the look here.
      const isReaderLetIn = readerBound.state === 'right'
      if (isReaderLetIn) yield await peopleFinding(asReader)
      yield* adminFindings(config, isReaderLetIn ? readerConfig : null, adminGid)
      yield* await listFindings(directory, config)
      yield await feedFinding(directory)
      yield* await writeFindings(settings, directory)
    } finally {
      await directory.close()
      await asReader.close()
    }
  },
})

function certificateFinding(end: Date | null): Finding {
  if (end === null)
    return doubtful(
      'TLS',
      'the directory is spoken with in plain',
      'Use ldaps:// in LDAP_URL, or LDAP_STARTTLS=on, unless it is on this machine.',
    )
  const days = Math.floor((end.getTime() - Date.now()) / day)
  const says = `its certificate is good, and ends on ${end.toISOString().slice(0, 10)}`
  return days < 21
    ? doubtful('TLS', `${says}, in ${days} days`, 'Renew it there in time.')
    : right('TLS', says)
}

async function bindFinding(
  who: string,
  directory: Directory,
  { account, base }: { account: string; base: { variable: string; dn: string } },
): Promise<Finding> {
  try {
    await directory.probe()
    return right(who, 'is let in, and sees what it has to')
  } catch (error) {
    const code = error instanceof DirectoryFailure ? error.code : null
    if (code === resultCode.invalidCredentials)
      return wrong(who, `is not let in: ${reasonOf(error)}`, `Correct ${account}.`)
    if (code === resultCode.noSuchObject)
      return wrong(
        who,
        `is let in, and finds no ${base.variable} (${base.dn}): ${reasonOf(error)}`,
        `Correct ${base.variable}, or let this account read what is there.`,
      )
    if (code === resultCode.confidentialityRequired || code === resultCode.strongerAuthRequired)
      return wrong(
        who,
        `is not let in without TLS: ${reasonOf(error)}`,
        'Use ldaps:// in LDAP_URL, or ldap:// with LDAP_STARTTLS=on.',
      )
    return wrong(who, reasonOf(error), `Correct ${account}, or its rights to read in the directory.`)
  }
}

/** Enough to see that somebody is found; a directory of any size answers in time. */
async function peopleFinding(directory: Directory): Promise<Finding> {
  let people = 0
  let withAddress = 0
  let isAll = false
  try {
    for await (const piece of directory.readPeople()) {
      people += piece.length
      withAddress += piece.filter(({ mails }) => mails.length > 0).length
      if (people >= 1000) break
    }
    isAll = people < 1000
  } catch (error) {
    // The server shows this account only so many at once, which is no harm: the api looks for one person at a time.
    if (!(error instanceof IncompleteRead) || people === 0) throw error
  }
  const remedy =
    'Correct LDAP_PEOPLE_BASE and LDAP_PEOPLE_FILTER, or let the accounts read entry, uid, mail, cn and gidNumber there.'
  if (people === 0) return wrong('people', 'nobody is found', remedy)
  const says = isAll ? `${people} are found` : 'found'
  return withAddress === 0
    ? doubtful('people', `${says}, none with a mail address`, remedy)
    : right('people', says)
}

async function listFindings(directory: Directory, config: DirectoryConfig): Promise<Finding[]> {
  const names: string[] = []
  for await (const piece of directory.readLists()) names.push(...piece.map(({ name }) => name))
  const remedy = `Set LDAP_LIST_CLASS to the class that the lists below ${config.listsBase} have, or make the first list with /lists create.`
  const privileged = names.filter(looksPrivileged)
  const adminsInside =
    config.adminGroup !== undefined && dnKey(config.adminGroup).endsWith(`,${dnKey(config.listsBase)}`)
  return [
    names.length === 0
      ? doubtful('lists', `no ${config.listClass} is found`, remedy)
      : right('lists', `${names.length} of the class ${config.listClass}`),
    privileged.length === 0
      ? right('privileged groups', 'none among the lists')
      : doubtful(
          'privileged groups',
          `${privileged.slice(0, 10).join(', ')} sound as if rights hang on them, and are lists that owners and admins change`,
          'Move them elsewhere, or take them off: PATCH /api/v1/admin/lists/{name} {"managed": false}.',
        ),
    ...(adminsInside
      ? [
          doubtful(
            'admin group',
            'LDAP_ADMIN_GROUP lies among the lists; it is left out, and yet the worker’s account may write it',
            'Move it outside of the lists’ base.',
          ),
        ]
      : []),
  ]
}

async function feedFinding(directory: Directory): Promise<Finding> {
  const { syncrepl, contextCsn, assertion } = await directory.capabilities()
  if (!assertion)
    return doubtful(
      'following changes',
      'the server can’t assert a version, so a change by another tool in the same moment may be overwritten',
      'Use OpenLDAP 2.4 or newer, or 389-ds, where that matters.',
    )
  if (syncrepl) return right('following changes', 'it tells by itself (syncrepl)')
  return contextCsn
    ? right('following changes', 'it is asked for its version')
    : doubtful(
        'following changes',
        'it doesn’t tell by itself: it is asked every few seconds what changed, and where entries show no times, read after SYNC_INTERVAL_S',
        'Switch syncrepl on: the overlay syncprov in OpenLDAP.',
      )
}

async function writeFindings(
  { config, placeholderDn, mayWrite }: DirectorySettings,
  directory: Directory,
): Promise<Finding[]> {
  if (!mayWrite)
    return [
      doubtful(
        'writing',
        'not tried: WRITES is off',
        'With WRITES=on look again: an entry is made among the lists, and taken back.',
      ),
    ]
  const name = `guildpost-doctor-${process.pid}`
  return [await listWriting(directory, name, placeholderDn), await peopleWriting(config, name)]
}

async function listWriting(directory: Directory, name: string, placeholderDn: string): Promise<Finding> {
  try {
    const members = directory.needsPlaceholder ? [placeholderDn] : []
    const list = await directory.createList({
      name,
      description: 'Made and taken back by npm run doctor',
      members,
    })
    await directory.deleteList(list.entryUuid, null)
    return right('writing lists', 'an entry was made and taken back')
  } catch (error) {
    return wrong(
      'writing lists',
      reasonOf(error),
      `Let the worker’s account write below the lists’ base. If an entry ${name} is left there, delete it.`,
    )
  }
}

async function peopleWriting(config: DirectoryConfig, name: string): Promise<Finding> {
  const may = await tryToAdd(config, config.peopleBase, name)
  if (may === null)
    return unknown(
      'writing elsewhere',
      'the server refused a trial entry among the people for another reason than rights',
      'See its access rules: the worker’s account needs to write below the lists’ base only.',
    )
  return may
    ? wrong(
        'writing elsewhere',
        'the worker’s account may make entries among the people',
        'Take that right from it: it needs to write below the lists’ base only.',
      )
    : right('writing elsewhere', 'refused among the people')
}
