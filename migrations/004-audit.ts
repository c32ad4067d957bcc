/** What happened, append-only, ids only; sealed apart into a chain, so that writing an entry never waits for another. */
export const up = `
  create table audit_entry (
    id uuid primary key,
    at timestamptz not null default now(),
    actor_kind text not null check (actor_kind in ('member', 'discord', 'worker', 'directory', 'operator')),
    actor_id text,
    event text not null,
    subject_kind text not null,
    subject_id text not null,
    via text not null,
    outcome text not null,
    details jsonb not null default '{}',
    request_id text
  );
  create index audit_entry_at on audit_entry (at, id);
  create index audit_entry_subject on audit_entry (subject_kind, subject_id, at);

  create table audit_seal (
    position bigint primary key,
    entry_id uuid not null unique references audit_entry (id),
    hash bytea not null,
    previous_hash bytea not null,
    sealed_at timestamptz not null default now()
  );

  create table audit_unsealed (
    entry_id uuid primary key references audit_entry (id)
  );

  create function audit_is_append_only() returns trigger language plpgsql as $$
  begin
    raise exception 'the audit is append-only: % on % is refused', tg_op, tg_table_name;
  end $$;
  create function audit_wants_seal() returns trigger language plpgsql as $$
  begin
    insert into audit_unsealed (entry_id) select id from entered;
    return null;
  end $$;
  create trigger audit_entry_append_only before update or delete on audit_entry
    for each row execute function audit_is_append_only();
  create trigger audit_entry_no_truncate before truncate on audit_entry
    for each statement execute function audit_is_append_only();
  create trigger audit_entry_wants_seal after insert on audit_entry
    referencing new table as entered for each statement execute function audit_wants_seal();
  create trigger audit_seal_append_only before update or delete on audit_seal
    for each row execute function audit_is_append_only();
  create trigger audit_seal_no_truncate before truncate on audit_seal
    for each statement execute function audit_is_append_only();
`

export const down = `
  drop table audit_unsealed;
  drop table audit_seal;
  drop table audit_entry;
  drop function audit_wants_seal();
  drop function audit_is_append_only();
`
