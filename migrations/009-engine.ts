/**
 * The engine: targets that may be paused, feeds of the directory with their cookies, what other tools changed there, removals
 * that wait for an admin, list entries that are on their way, incidents that admins are told of, and signed checkpoints.
 */
export const up = `
  create table target (
    name text primary key,
    paused_at timestamptz,
    reason_code text,
    reason text,
    probes integer not null default 0,
    probe_at timestamptz,
    resumed_at timestamptz,
    -- The list at which it was paused.
    refused_list_id uuid,
    check ((paused_at is null) = (reason_code is null and reason is null and probe_at is null))
  );
  insert into target (name) values ('ldap');

  create table feed (
    base text primary key check (base in ('people', 'lists')),
    mode text not null check (mode in ('syncrepl', 'version', 'time', 'full')),
    cookie text,
    confirmed_at timestamptz
  );

  create table hold (
    id uuid primary key,
    kind text not null check (kind in ('removals', 'people-gone', 'lists-gone')),
    list_id uuid references list (id),
    state text not null default 'waiting' check (state in ('waiting', 'approved', 'denied', 'expired', 'over')),
    -- Grows with whatever joins it: who decides names the one that they saw.
    revision integer not null default 1,
    -- Of those whom people-gone is about, at that revision.
    people_digest text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    check ((state = 'waiting') = (ended_at is null)),
    check ((kind = 'removals') = (list_id is not null))
  );
  create unique index hold_waiting on hold (kind, list_id) nulls not distinct where state = 'waiting';
  create index hold_list on hold (list_id) where list_id is not null;
  create index hold_ended on hold (ended_at) where ended_at is not null;

  alter table change
    add column hold_id uuid references hold (id) on delete set null,
    add column removal_approved boolean not null default false,
    -- Answers without a reason (codes 1 and 80), and the directory's code where it refused the change for good.
    add column unexplained integer not null default 0,
    add column refusal text,
    -- Since when somebody waits for it; its due time moves with every attempt.
    add column wanted_since timestamptz not null default now();
  create index change_held on change (hold_id) where hold_id is not null;
  create index change_refused on change (list_id, refusal) where refusal is not null;
  -- Who came and went within the last hour, which is what the removal limit judges.
  create index change_applied on change (list_id, ended_at) where state = 'applied';

  alter table list
    alter column dn drop not null,
    add column hold_id uuid references hold (id) on delete set null,
    -- When a worker has to create, edit or delete the entry; null when the directory has what is wanted.
    add column entry_due_at timestamptz,
    add column entry_wanted_since timestamptz,
    add column entry_attempts integer not null default 0,
    -- Those of the attempts that were answered with a no that may not be the last.
    add column entry_refusals integer not null default 0,
    -- A modify asserted on this version may still be under way; null when what became of it is known.
    add column asserting_version text,
    add column entry_problem text,
    add column wanted_name text,
    add column wanted_description text,
    -- Until then no worker takes it in hand: what another tool changed there is looked at first.
    add column sync_wants_until timestamptz,
    -- With what the directory refuses this list alone, while it takes others.
    add column refused_code text,
    add column refused_reason text,
    add constraint list_refused check ((refused_code is null) = (refused_reason is null)),
    add constraint list_entry_wanted check (
      entry_due_at is not null or (wanted_name is null and wanted_description is null and state not in ('creating', 'deleting'))),
    add constraint list_dn check (dn is not null or state in ('creating', 'deleting', 'gone'));
  create index list_held on list (hold_id) where hold_id is not null;
  create index list_entry_due on list (entry_due_at) where entry_due_at is not null;
  -- Whose members nobody has read: found here, or waiting for its name.
  create index list_unread on list (entry_uuid) where version is null and entry_uuid is not null;
  create index list_refused_alone on list (id) where refused_code is not null;
  create function list_entry_wants() returns trigger language plpgsql as $$
  begin
    new.entry_wanted_since := case when new.entry_due_at is not null then coalesce(new.entry_wanted_since, now()) end;
    return new;
  end $$;
  create trigger list_entry_wanted_since before insert or update of entry_due_at on list
    for each row when (new.entry_due_at is not null or new.entry_wanted_since is not null) execute function list_entry_wants();

  create table drift (
    id uuid primary key,
    list_id uuid not null references list (id),
    run_id uuid references sync_run (id) on delete set null,
    policy text not null check (policy in ('adopt', 'report')),
    version_before text,
    version_after text not null,
    joined integer not null default 0,
    parted integer not null default 0,
    at timestamptz not null default now(),
    reverted_at timestamptz,
    told_at timestamptz
  );
  create index drift_list on drift (list_id, at);
  create index drift_at on drift (at);
  create index drift_untold on drift (id) where policy = 'report' and told_at is null;
  create index drift_run on drift (run_id) where run_id is not null;
  create table drift_member (
    drift_id uuid not null references drift (id) on delete cascade,
    member_id uuid not null references member (id) on delete cascade,
    way text not null check (way in ('joined', 'parted')),
    primary key (member_id, drift_id)
  );
  create index drift_member_drift on drift_member (drift_id);

  create table incident (
    id uuid primary key,
    key text not null,
    kind text not null,
    subject_id text,
    -- Of the hold that it is about, as its words show it.
    subject_revision integer,
    actions text[] not null default '{}',
    words jsonb not null,
    count integer not null default 1,
    revision integer not null default 1,
    state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
    outcome text,
    began_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    acknowledged_by uuid references member (id) on delete set null,
    acknowledged_at timestamptz,
    resolved_at timestamptz,
    check ((state = 'resolved') = (resolved_at is not null))
  );
  create unique index incident_lasting on incident (key) where state <> 'resolved';
  create index incident_resolved on incident (resolved_at) where resolved_at is not null;
  create index incident_acknowledged_by on incident (acknowledged_by) where acknowledged_by is not null;

  -- Incidents lived in their notices before: those that last begin anew when their trouble is next seen.
  update notice set incident_key = incident_key || ' ended ' || id where kind = 'alert' and incident_key is not null;
  alter table notice
    add column incident_id uuid references incident (id) on delete set null,
    add column revision integer not null default 1,
    add column sent_revision integer not null default 0;
  create unique index notice_of_incident on notice (incident_id) where incident_id is not null;
  create index notice_to_channel on notice (ended_at) where destination_kind = 'channel';

  create index audit_entry_event on audit_entry (event, at, id);
  drop index audit_entry_actor;
  create index audit_entry_actor on audit_entry (actor_id, at, id) where actor_id is not null;

  create table audit_checkpoint (
    id uuid primary key,
    position bigint not null,
    hash bytea not null,
    key_id text not null,
    signature bytea not null,
    made_at timestamptz not null
  );
  create index audit_checkpoint_made on audit_checkpoint (made_at);
  create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint
    for each row execute function audit_is_append_only();
  create trigger audit_checkpoint_no_truncate before truncate on audit_checkpoint
    for each statement execute function audit_is_append_only();
`

export const down = `
  drop table audit_checkpoint;
  drop index audit_entry_actor;
  create index audit_entry_actor on audit_entry (actor_id) where actor_id is not null;
  drop index audit_entry_event;
  drop index notice_to_channel;
  drop index notice_of_incident;
  alter table notice drop column incident_id, drop column revision, drop column sent_revision;
  drop table incident;
  drop table drift_member;
  drop table drift;
  -- What the directory never had, and no version before knows how to make.
  update change set state = 'cancelled', ended_at = now(), reason_code = 'LIST_GONE', reason_message = 'The list was not created.'
    where ended_at is null and list_id in (select id from list where state = 'creating' or dn is null);
  update list set state = 'gone', gone_at = now(), dn = coalesce(dn, ''), entry_due_at = null, wanted_name = null, wanted_description = null
    where state = 'creating' or dn is null;
  update list set state = 'active', entry_due_at = null, wanted_name = null, wanted_description = null where state = 'deleting';
  drop trigger list_entry_wanted_since on list;
  drop function list_entry_wants();
  drop index list_refused_alone;
  drop index list_unread;
  drop index list_entry_due;
  drop index list_held;
  alter table list
    drop constraint list_dn,
    drop constraint list_entry_wanted,
    alter column dn set not null,
    drop constraint list_refused,
    drop column refused_reason,
    drop column refused_code,
    drop column sync_wants_until,
    drop column wanted_description,
    drop column wanted_name,
    drop column entry_problem,
    drop column asserting_version,
    drop column entry_refusals,
    drop column entry_attempts,
    drop column entry_wanted_since,
    drop column entry_due_at,
    drop column hold_id;
  drop index change_applied;
  drop index change_refused;
  drop index change_held;
  alter table change drop column wanted_since, drop column refusal, drop column unexplained, drop column removal_approved, drop column hold_id;
  drop table hold;
  drop table feed;
  drop table target;
`
