/** What members ask for, the lanes that wake workers, and the answers kept for Idempotency-Key. */
export const up = `
  create table change (
    id uuid primary key,
    list_id uuid not null references list (id),
    member_id uuid not null references member (id),
    action text not null check (action in ('subscribe', 'unsubscribe')),
    state text not null check (state in
      ('awaiting_approval', 'queued', 'applying', 'applied', 'failed', 'superseded', 'cancelled')),
    reason_code text,
    reason_message text,
    requested_by uuid references member (id),
    via text not null check (via in ('discord', 'web', 'api', 'sync')),
    request_id text,
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    would_write text,
    proof_version text,
    proof_how text check (proof_how in ('modified', 'found')),
    superseded_by uuid references change (id) deferrable initially deferred,
    retry_of uuid references change (id),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    told_at timestamptz,
    check ((state in ('applied', 'failed', 'superseded', 'cancelled')) = (ended_at is not null)),
    check ((state = 'applied') = (proof_version is not null and proof_how is not null)),
    check ((reason_code is null) = (reason_message is null)),
    check (state <> 'failed' or reason_code is not null)
  );
  create unique index change_waiting on change (list_id, member_id) where state in ('awaiting_approval', 'queued');
  create unique index change_applying on change (list_id, member_id) where state = 'applying';
  create index change_open on change (list_id, due_at) where state in ('queued', 'applying');
  create index change_member on change (member_id, list_id, created_at desc);
  create index change_member_open on change (member_id) where ended_at is null;
  create index change_untold on change (ended_at) where via = 'discord' and ended_at is not null and told_at is null;
  create index change_superseded_by on change (superseded_by) where superseded_by is not null;
  create index change_retry_of on change (retry_of) where retry_of is not null;

  create table lane (
    number smallint primary key check (number between 0 and 15),
    wake_at timestamptz
  );
  insert into lane (number) select generate_series(0, 15);

  create table idempotency_record (
    scope text not null,
    key text not null,
    body_hash bytea not null,
    status smallint,
    location text,
    body jsonb,
    created_at timestamptz not null default now(),
    primary key (scope, key)
  );
  create index idempotency_record_created on idempotency_record (created_at);
`

export const down = `
  drop table idempotency_record;
  drop table lane;
  drop table change;
`
