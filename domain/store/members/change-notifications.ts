import { notificationKinds, type Notifications, type NotificationWish } from '../../contracts/notification.ts'
import { rows, type Transaction } from '../database.ts'
import { itemsFrom } from './read-notifications.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Choosing = { memberId: string; wish: NotificationWish; via: 'discord' | 'web' | 'api' } & Origin

/** Says for some kinds whether the member wants to hear of them. Gives how all of them are then. */
export async function changeNotifications(
  tx: Transaction,
  { memberId, wish, via, ...origin }: Choosing,
): Promise<Notifications['items']> {
  const [before] = await rows<{ muted: string[] }>(
    tx,
    'select muted from member where id = :memberId for no key update',
    { memberId },
  )
  const wasMuted = before?.muted ?? []
  const muted = notificationKinds.filter((kind) => !(wish[kind] ?? !wasMuted.includes(kind)))
  const changed = notificationKinds.filter((kind) => muted.includes(kind) !== wasMuted.includes(kind))
  if (changed.length === 0) return itemsFrom(wasMuted)
  await rows(tx, 'update member set muted = :muted::text[] where id = :memberId', { muted, memberId })
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'member.notifications',
      subjectKind: 'member',
      subjectId: memberId,
      via,
      outcome: 'changed',
      details: Object.fromEntries(changed.map((kind) => [kind, !muted.includes(kind)])),
      ...originIn(origin),
    },
  ])
  return itemsFrom(muted)
}
