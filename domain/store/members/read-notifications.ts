import { type Notifications, notificationKinds } from '../../contracts/notification.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

/** What a member is told of, kind by kind. */
export async function readNotifications(
  db: DatabaseOrTransaction,
  memberId: string,
): Promise<Notifications['items']> {
  const [member] = await rows<{ muted: string[] }>(db, 'select muted from member where id = :memberId', {
    memberId,
  })
  return itemsFrom(member?.muted ?? [])
}

/** Every kind, those in `muted` switched off. */
export const itemsFrom = (muted: readonly string[]): Notifications['items'] =>
  notificationKinds.map((kind) => ({ kind, on: !muted.includes(kind) }))
