import type { HoldKind } from '../../contracts/hold.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { writeAudit } from '../audit/write-audit.ts'

/**
 * The waiting hold of this kind (removals: of this list), made where there is none, its row locked; whoever ends it waits. What joins
 * it is new to whoever has read it before: its revision grows. It waits for a day; what is gone from the directory is asked about
 * again after that, if it is still gone. Says so (NOTIFY hold).
 */
export async function openHold(
  tx: Transaction,
  { kind, listId }: { kind: HoldKind; listId: string | null },
): Promise<string> {
  const [hold] = await rows<{ id: string; made: boolean }>(
    tx,
    `insert into hold (id, kind, list_id, expires_at) values (:id, :kind, :listId, now() + interval '1 day')
     on conflict (kind, list_id) where state = 'waiting' do update set revision = hold.revision + 1
     returning id, xmax = 0 as made`,
    { id: newId(), kind, listId },
  )
  if (!hold) throw new Error('a hold was neither made nor found')
  if (hold.made)
    await writeAudit(tx, [
      {
        actorKind: 'worker',
        actorId: null,
        event: 'hold.begun',
        subjectKind: 'hold',
        subjectId: hold.id,
        via: 'worker',
        outcome: kind,
        details: listId === null ? {} : { list: listId },
      },
    ])
  await rows(tx, `select pg_notify('hold', :id)`, { id: hold.id })
  return hold.id
}
