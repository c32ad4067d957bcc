import { setTimeout as delay } from 'node:timers/promises'
import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem } from './chaos-system.ts'

/**
 * What somebody may have left in hand: lists, wakes that became no job, places and mails to be sent, turns to create or to read, incidents that
 * whoever told of them would have ended.
 */
const claims = [
  `update list set lease_until = now() where id in (select id from list where lease_until > now() for update skip locked)`,
  `update lane set wake_at = now() - interval '11 seconds'
   where number in (select number from lane where wake_at > now() - interval '10 seconds' for update skip locked)`,
  `update destination set lease_until = now()
   where (kind, id) in (select kind, id from destination where lease_until > now() for update skip locked)`,
  `update mail set due_at = now()
   where id in (select id from mail where state = 'queued' and lease_token is not null and due_at > now() for update skip locked)`,
  `update turn set until = now() where name in (select name from turn where until > now() for update skip locked)`,
  `update incident set last_at = now() - interval '180 seconds'
   where id in (select id from incident where state <> 'resolved' and last_at > now() - interval '180 seconds' for update skip locked)`,
]

/**
 * Nobody waits until what is in hand has run out: as the clock of Postgres would, only sooner. Claims of the living may be among them. What is
 * locked by somebody who is frozen stays as it is.
 */
export async function hurry({ db }: ChaosSystem): Promise<void> {
  for (let looks = 0; looks < 20; looks += 1) {
    for (const claim of claims) await rows(db, claim)
    await delay(25)
  }
}
