import { type Database, rows } from '../database.ts'

/** Why a target is paused: `unreachable`, or the LDAP code with which it refused. */
export type PauseReason = { code: string; reason: string }

export type PausedTarget = PauseReason & { name: string; probes: number }

/** What a pause is called when there is no answer at all. */
export const unreachable = 'unreachable'

/** Whoever probes has this long before another worker probes in its place. */
const probeTakesS = 20

/**
 * Pauses a target over what was met at this list: its lists are left alone until it is resumed, and it is probed after `probeInMs`.
 * Every worker hears of it (NOTIFY target). False when it was paused already: then what was met now is why it is.
 */
export async function pauseTarget(
  db: Database,
  name: string,
  { code, reason, listId, probeInMs }: PauseReason & { listId: string; probeInMs: number },
): Promise<boolean> {
  const paused = await rows(
    db,
    `with paused as (
       update target set paused_at = now(), reason_code = :code, reason = :reason, refused_list_id = :listId, probes = 0,
         probe_at = now() + make_interval(secs => :probeInS)
       where name = :name and paused_at is null returning name)
     select pg_notify('target', name) from paused`,
    { name, code, reason, listId, probeInS: probeInMs / 1000 },
  )
  if (paused.length === 0)
    await rows(
      db,
      'update target set reason_code = :code, reason = :reason where name = :name and paused_at is not null',
      { name, code, reason },
    )
  return paused.length === 1
}

/** Why it is paused (null: it is not), and in how many milliseconds it is to be probed. */
export async function readTarget(
  db: Database,
  name: string,
): Promise<{ why: PauseReason | null; probeInMs: number } | null> {
  const [target] = await rows<{ why: PauseReason | null; probeInMs: number }>(
    db,
    `select case when paused_at is not null then json_build_object('code', reason_code, 'reason', reason) end as why,
       coalesce(greatest(0, extract(epoch from probe_at - now()) * 1000), 0)::float8 as probe_in_ms
     from target where name = :name`,
    { name },
  )
  return target ?? null
}

/** Has every worker look after the targets that are paused: whoever did so may be dead, or did not hear of the pause. */
export async function wakeTargetWatches(db: Database): Promise<void> {
  await rows(db, `select pg_notify('target', name) from target where paused_at is not null`)
}

/** Takes the probe that is due, for the one worker that makes it. Null when none is. */
export async function takeProbe(db: Database, name: string): Promise<PausedTarget | null> {
  const [target] = await rows<PausedTarget>(
    db,
    `update target set probes = probes + 1, probe_at = now() + make_interval(secs => :probeTakesS)
     where name = :name and paused_at is not null and probe_at <= now()
     returning name, reason_code as code, reason, probes`,
    { name, probeTakesS },
  )
  return target ?? null
}

/** It is still in trouble, in another one if `met` says so: probed again later. */
export async function keepPaused(
  db: Database,
  { name }: Pick<PausedTarget, 'name'>,
  { met, probeInMs }: { met: PauseReason | null; probeInMs: number },
): Promise<void> {
  await rows(
    db,
    `update target set reason_code = coalesce(:code, reason_code), reason = coalesce(:reason, reason),
       probe_at = now() + make_interval(secs => :probeInS)
     where name = :name and paused_at is not null`,
    { name, code: met?.code ?? null, reason: met?.reason ?? null, probeInS: probeInMs / 1000 },
  )
}

/**
 * Resumes it: what was put off meanwhile is due now, except for the lists of `except`, and every lane with something to do is
 * woken.
 */
export async function resumeTarget(
  db: Database,
  { name }: Pick<PausedTarget, 'name'>,
  { except = [] }: { except?: readonly string[] } = {},
): Promise<void> {
  await db.transaction(async (tx) => {
    const resumed = await rows(
      tx,
      `update target set paused_at = null, reason_code = null, reason = null, probe_at = null, probes = 0,
         refused_list_id = null, resumed_at = now()
       where name = :name and paused_at is not null returning name`,
      { name },
    )
    if (resumed.length === 0) return
    await rows(
      tx,
      // In the order of their ids, as everybody takes several lists, or several changes.
      `with off as (
         select id from list where source = :name and entry_due_at > now() and id <> all(:except::uuid[]) order by id for no key update)
       update list set entry_due_at = now() from off where list.id = off.id`,
      { name, except },
    )
    await rows(
      tx,
      `with off as (
         select c.id from change c join list l on l.id = c.list_id
         where c.state = 'queued' and c.due_at > now() and l.source = :name and l.id <> all(:except::uuid[])
         order by c.id for no key update of c)
       update change set due_at = now() from off where change.id = off.id`,
      { name, except },
    )
    await rows(
      tx,
      `select pg_notify('change_queued', lane::text) from (
         select distinct l.lane from list l
         where l.source = :name and (l.entry_due_at is not null
           or exists (select 1 from change c where c.list_id = l.id and c.state in ('queued', 'applying')))) as lanes`,
      { name },
    )
  })
}

/**
 * The targets that refuse us, and how many changes wait for each. One whose pause may be over with the first probe is left out, unless
 * it is the one just `probed`.
 */
export async function readRefusing(
  db: Database,
  { probed }: { probed: string | null },
): Promise<(PauseReason & { name: string; waiting: number })[]> {
  return rows(
    db,
    `select t.name, t.reason_code as code, t.reason, (
       select count(*)::integer from change c join list l on l.id = c.list_id
       where c.state in ('queued', 'applying') and l.source = t.name) as waiting
     from target t where t.paused_at is not null and t.reason_code <> :unreachable
       and (t.probes > 1 or t.name = :probed::text) order by t.name`,
    { unreachable, probed },
  )
}
