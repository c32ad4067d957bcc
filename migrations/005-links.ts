/** Which Discord account belongs to which member, and the attempts to prove it. */
export const up = `
  create table discord_link (
    id uuid primary key,
    discord_user_id text not null check (discord_user_id ~ '^[0-9]{17,20}$'),
    member_id uuid not null references member (id),
    locale text not null default 'en',
    linked_at timestamptz not null default now(),
    unlinked_at timestamptz,
    unlink_reason text
  );
  create unique index discord_link_account on discord_link (discord_user_id) where unlinked_at is null;
  create unique index discord_link_member on discord_link (member_id) where unlinked_at is null;

  create table link_attempt (
    id uuid primary key,
    token_hash bytea not null unique,
    discord_user_id text not null check (discord_user_id ~ '^[0-9]{17,20}$'),
    discord_name text not null,
    avatar_url text,
    locale text not null,
    browser_hash bytea,
    member_id uuid references member (id),
    code_hash bytea,
    tries_left smallint not null default 5 check (tries_left between 0 and 5),
    state text not null default 'open' check (state in ('open', 'proven', 'linked', 'spent', 'undone')),
    link_id uuid references discord_link (id),
    undo_hash bytea unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    check (state <> 'proven' or (member_id is not null and code_hash is not null))
  );
  create index link_attempt_account on link_attempt (discord_user_id, created_at desc);
  create index link_attempt_expires on link_attempt (expires_at);
`

export const down = `
  drop table link_attempt;
  drop table discord_link;
`
