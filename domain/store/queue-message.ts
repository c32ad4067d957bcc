import type { DirectMessage } from '../contracts/notice.ts'
import { rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'
import type { writeMail } from './tell-late.ts'

type Message = DirectMessage & {
  kind: 'link.move' | 'link.moved' | 'link.ended' | 'link.leaving'
  discordUserId: string
  /** Goes out instead when Discord does not take the message. */
  mail: Parameters<typeof writeMail>[1] | null
}

/** Puts a direct message into the outbox. */
export async function queueMessage(
  tx: Transaction,
  { kind, discordUserId, ...body }: Message,
): Promise<void> {
  await rows(
    tx,
    `with fresh as (
       insert into notice (id, kind, destination_kind, destination_id, body)
       values (:id, :kind, 'member', :discordUserId, :body) returning id)
     select pg_notify('outbox', '') from fresh`,
    { id: newId(), kind, discordUserId, body: JSON.stringify(body) },
  )
}
