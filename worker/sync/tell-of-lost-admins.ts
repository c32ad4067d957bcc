import type { AdminGroup } from '../../domain/contracts/directory.ts'
import type { IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { adminsLost, isUntoldLoss, readAdminSource } from '../../domain/store/members/lost-admins.ts'
import type { AdminSource } from '../../domain/store/members/lost-admins.ts'
import { raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { SyncContext } from '../context.ts'

/**
 * Tells admins, once, when what should make them makes none, and ends that when it does again. What was written of it is asked, and not what
 * came of one look: whoever lost their right may have lost it by a worker that died before it told.
 */
export async function tellOfLostAdmins(context: SyncContext, group: AdminGroup): Promise<void> {
  const source = await readAdminSource(context.db)
  const loss = lossIn(context, group, source)
  if (loss === null) {
    if (source.isTold) await endAlerts(context, [adminsLost])
    return
  }
  context.log.error(loss, 'what should make admins makes none')
  const words = wordIncident('admins-lost', loss, await knownLocale(context.db))
  await raiseAlert(context, {
    key: adminsLost,
    kind: 'admins-lost',
    ...words,
    isNews: (tx) => isUntoldLoss(tx, words.content),
  })
}

type Loss = IncidentFacts['admins-lost']

/**
 * A group that is not there is wrong from the first start on, and so is a gidNumber that nobody has. A group that names nobody may not have
 * anybody to name yet.
 */
function lossIn(
  { adminGroup, adminGid }: SyncContext,
  { found, dnKeys, uids, mailKeys }: AdminGroup,
  { makesSomebody, groupMadeSomebody, knowsPeople }: AdminSource,
): Loss | null {
  if (adminGroup !== null) {
    if (!found) return { problem: 'missing', value: adminGroup }
    const isEmpty = dnKeys.length + uids.length + mailKeys.length === 0
    return groupMadeSomebody && (isEmpty || !makesSomebody) ? { problem: 'empty', value: adminGroup } : null
  }
  if (adminGid === null || makesSomebody || !knowsPeople) return null
  return { problem: 'number', value: String(adminGid) }
}
