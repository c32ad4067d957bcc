import { type Database, rows } from '../database.ts'
import { newId } from '../new-id.ts'

/** Where notices go: a channel of Discord, or the Discord account of a member. */
export type DestinationKey = { kind: 'member' | 'channel'; id: string }

/** A destination in hand: nobody else sends there as long as the lease lasts. */
export type Destination = DestinationKey & {
  leaseToken: string
  /** How often in a row it took nothing. */
  failures: number
}

/** A deliverer that dies leaves its destination to the next one after this long. It is renewed right before each sending, and none takes longer. */
export const destinationLeaseS = 120

/**
 * Leases the next destination after this one, by their order, that has something due and is neither in hand nor resting. Null where
 * there is none; without a lease, when somebody else was faster. The walk takes a step for each destination, however much waits for it, and
 * ends with the first that is free: joins in place of the subqueries would make it look at all of them.
 */
export async function leaseDestination(
  db: Database,
  after: DestinationKey | null,
): Promise<{ key: DestinationKey; leased: Destination | null } | null> {
  const leaseToken = newId()
  const [found] = await rows<DestinationKey & { failures: number | null }>(
    db,
    `with recursive waiting as (
       (select destination_kind as kind, destination_id as id from notice
        where state = 'queued' and (destination_kind, destination_id) > (:kind::text, :id::text)
        order by destination_kind, destination_id limit 1)
       union all
       select n.kind, n.id from waiting w cross join lateral (
         select destination_kind as kind, destination_id as id from notice
         where state = 'queued' and (destination_kind, destination_id) > (w.kind, w.id)
         order by destination_kind, destination_id limit 1) n
     ), free as (
       select kind, id from waiting w
       where (select d.kind from destination d
           where d.kind = w.kind and d.id = w.id and (d.lease_until > now() or d.resume_at > now()) limit 1) is null
         and (select n.id from notice n
           where n.state = 'queued' and n.destination_kind = w.kind and n.destination_id = w.id and n.due_at <= now()
           order by n.position limit 1) is not null
       limit 1
     ), leased as (
       insert into destination (kind, id, lease_token, lease_until)
       select kind, id, :leaseToken::uuid, now() + interval '${destinationLeaseS} seconds' from free
       on conflict (kind, id) do update set lease_token = excluded.lease_token, lease_until = excluded.lease_until
         where (destination.lease_until is null or destination.lease_until <= now()) and destination.resume_at <= now()
       returning kind, id, failures)
     select free.kind, free.id, leased.failures from free left join leased using (kind, id)`,
    { kind: after?.kind ?? '', id: after?.id ?? '', leaseToken },
  )
  if (!found) return null
  const { kind, id, failures } = found
  return { key: { kind, id }, leased: failures === null ? null : { kind, id, leaseToken, failures } }
}

/** Lets it go; after failures it rests. Of one that is well nothing is kept. */
export async function leaveDestination(
  db: Database,
  { kind, id, leaseToken }: Destination,
  { failures, restMs }: { failures: number; restMs: number },
): Promise<void> {
  const ours = { kind, id, leaseToken }
  if (failures === 0 && restMs === 0) {
    await rows(
      db,
      'delete from destination where kind = :kind and id = :id and lease_token = :leaseToken',
      ours,
    )
    return
  }
  await rows(
    db,
    `update destination set lease_token = null, lease_until = null, failures = :failures,
       resume_at = now() + make_interval(secs => :restS)
     where kind = :kind and id = :id and lease_token = :leaseToken`,
    { ...ours, failures, restS: restMs / 1000 },
  )
}

/** Channels that took nothing are tried at once: a worker that was just started may have another token, or other rights. */
export async function endRests(db: Database): Promise<void> {
  await rows(
    db,
    `update destination set resume_at = now() where kind = 'channel' and failures > 0 and resume_at > now()`,
  )
}

/** In how many milliseconds something is due, or a destination may be tried again; null when nothing waits for its time. */
export async function nextDueInMs(db: Database): Promise<number | null> {
  const [found] = await rows<{ inMs: number | null }>(
    db,
    `select extract(epoch from least(
         (select min(due_at) from notice where state = 'queued' and due_at > now()),
         (select min(greatest(lease_until, resume_at)) from destination where greatest(lease_until, resume_at) > now())
       ) - now())::float8 * 1000 as in_ms`,
  )
  return found?.inMs ?? null
}
