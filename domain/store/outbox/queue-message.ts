import type { DirectMessage } from '../../contracts/notice.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import type { NoticeBody } from './notice-body.ts'
import type { PlainMail } from './queue-mail.ts'

type Message = DirectMessage & {
  kind: 'change-ended' | 'asked' | 'link.move' | 'link.moved' | 'link.ended' | 'link.leaving'
  discordUserId: string
  /** Names what it is about, where that must be told once only. */
  key?: string
  /** Goes out instead when Discord does not take the message. */
  mail: PlainMail | null
}

/** Puts a direct message into the outbox. One with a key that was there before is not put there again. */
export async function queueMessage(
  tx: Transaction,
  { kind, discordUserId, key, ...body }: Message,
): Promise<void> {
  await rows(
    tx,
    `with fresh as (
       insert into notice (id, kind, destination_kind, destination_id, incident_key, body)
       values (:id, :kind, 'member', :discordUserId, :key, :body) on conflict do nothing returning id)
     select pg_notify('outbox', '') from fresh`,
    { id: newId(), kind, discordUserId, key: key ?? null, body: JSON.stringify(body satisfies NoticeBody) },
  )
}
