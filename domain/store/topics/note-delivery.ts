import { rows, type Transaction } from '../database.ts'

/** What tells a delivery of a webhook from another: what it brings, and the event and the id that it says. */
export type Delivery = { source: 'github'; event: string; deliveryId: string; bodyHash: Buffer }

/**
 * Notes a delivery. `known`: it was told, or it comes under another name than before: nobody signs the event or the id, so who has one
 * delivery could send it again under others. `untold`: it came as the same event, and nobody wanted to hear it. A twin waits here until
 * the first is through.
 */
export async function noteDelivery(tx: Transaction, delivery: Delivery): Promise<'new' | 'untold' | 'known'> {
  const noted = await rows(
    tx,
    `insert into delivery (source, event, delivery_id, body_hash) values (:source, :event, :deliveryId, :bodyHash)
     on conflict do nothing returning delivery_id`,
    delivery,
  )
  if (noted.length > 0) return 'new'
  const untold = await rows(
    tx,
    `select delivery_id from delivery
     where source = :source and body_hash = :bodyHash and event = :event and not told for update`,
    delivery,
  )
  return untold.length > 0 ? 'untold' : 'known'
}

/** From now on it is known, whatever it says. */
export async function noteTold(tx: Transaction, { source, bodyHash }: Delivery): Promise<void> {
  await rows(tx, 'update delivery set told = true where source = :source and body_hash = :bodyHash', {
    source,
    bodyHash,
  })
}
