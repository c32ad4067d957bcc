/** The mirror of the directory: people, lists, who is on them; and what is ours about a list (join, lease). */
export const up = `
  create table member (
    id uuid primary key,
    entry_uuid text not null unique,
    version text not null,
    dn text not null,
    dn_key text not null,
    uid text not null,
    display_name text not null,
    mails text[] not null default '{}',
    mail_keys text[] not null default '{}',
    gid_number integer,
    is_admin boolean not null default false,
    placed boolean not null default false,
    state text not null default 'present' check (state in ('present', 'gone')),
    gone_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((state = 'gone') = (gone_at is not null))
  );
  create index member_dn_key on member (dn_key);
  create index member_uid on member (uid);
  create index member_mail_keys on member using gin (mail_keys);
  create index member_admin on member (id) where is_admin;
  create index member_unplaced on member (id) where not placed;

  create table list (
    id uuid primary key,
    source text not null default 'ldap' check (source in ('ldap')),
    entry_uuid text unique,
    version text,
    echo_version text,
    dn text not null,
    name text not null,
    display_name text not null,
    description text not null default '',
    owner_keys text[] not null default '{}',
    join_policy text not null check (join_policy in ('open', 'approval', 'closed')),
    hidden boolean not null default false,
    managed boolean not null default true,
    drift text not null default 'adopt' check (drift in ('adopt', 'report')),
    state text not null default 'active' check (state in ('creating', 'active', 'deleting', 'gone')),
    gone_at timestamptz,
    lane smallint not null check (lane between 0 and 15),
    lease_token uuid,
    lease_until timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((lease_token is null) = (lease_until is null)),
    check ((state = 'gone') = (gone_at is not null))
  );
  create unique index list_name on list (lower(name)) where state <> 'gone';

  create table membership (
    list_id uuid not null references list (id) on delete cascade,
    member_id uuid not null references member (id) on delete cascade,
    since timestamptz not null default now(),
    primary key (member_id, list_id)
  );
  create index membership_list on membership (list_id);

  create table sync_run (
    id uuid primary key,
    mode text not null check (mode in ('incremental', 'full')),
    dry_run boolean not null default false,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
    started_at timestamptz,
    ended_at timestamptz,
    report jsonb,
    created_at timestamptz not null default now()
  );
  create index sync_run_done on sync_run (ended_at) where state = 'done' and not dry_run;
  create index sync_run_created on sync_run (created_at);
`

export const down = `
  drop table sync_run;
  drop table membership;
  drop table list;
  drop table member;
`
