/** Who people are at each door: sessions, API tokens, who is an admin or an owner by our own word, and how a link was proven. */
export const up = `
  alter table member
    add column admin_in_directory boolean not null default false,
    add column notices_allowed boolean not null default false;
  update member set admin_in_directory = is_admin;

  create table admin_override (
    member_id uuid primary key references member (id),
    is_admin boolean not null,
    created_at timestamptz not null default now()
  );

  create table list_owner (
    list_id uuid not null references list (id) on delete cascade,
    member_id uuid not null references member (id) on delete cascade,
    since timestamptz not null default now(),
    primary key (member_id, list_id)
  );
  create index list_owner_list on list_owner (list_id);
  create index list_owner_keys on list using gin (owner_keys);

  create table session (
    id uuid primary key,
    token_hash bytea not null unique,
    csrf_secret text not null,
    member_id uuid not null references member (id),
    address text not null,
    agent text not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
  );
  create index session_member on session (member_id, created_at desc);
  create index session_expires on session (expires_at);

  create table api_token (
    id uuid primary key,
    token_hash bytea not null unique,
    member_id uuid not null references member (id),
    name text not null,
    scopes text[] not null check (scopes <> '{}' and scopes <@ array['read', 'subscriptions', 'notices', 'admin']),
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at timestamptz not null,
    revoked_at timestamptz
  );
  create index api_token_member on api_token (member_id, created_at desc);
  create index api_token_expires on api_token (expires_at);

  alter table discord_link
    add column method text not null default 'web' check (method in ('web', 'mail', 'operator', 'import')),
    add column leaving_told_at timestamptz;
  create index discord_link_member_all on discord_link (member_id);
  create index discord_link_account_all on discord_link (discord_user_id);

  alter table link_attempt
    add column method text not null default 'web' check (method in ('web', 'mail')),
    add column move_hash bytea unique,
    -- A code that came by mail has no page; who was named may not exist, and then nobody was sent one.
    alter column token_hash drop not null,
    drop constraint link_attempt_check,
    add constraint link_attempt_check check (
      state <> 'proven' or method = 'mail' or (member_id is not null and code_hash is not null)),
    add constraint link_attempt_page check (method = 'mail' or token_hash is not null),
    add constraint link_attempt_moving check (
      state <> 'moving' or (member_id is not null and link_id is not null and move_hash is not null)),
    drop constraint link_attempt_state_check,
    add constraint link_attempt_state_check check (state in ('open', 'proven', 'moving', 'linked', 'spent', 'undone'));
  create index link_attempt_member on link_attempt (member_id) where member_id is not null;

  -- What the audit, which only grows, says of one member.
  create index audit_entry_actor on audit_entry (actor_id) where actor_id is not null;
  create index audit_entry_about on audit_entry (subject_id);
  create index audit_entry_member on audit_entry ((details ->> 'member')) where details ->> 'member' is not null;
  create index audit_entry_account on audit_entry ((details ->> 'discordUser')) where details ->> 'discordUser' is not null;
`

export const down = `
  drop index audit_entry_account;
  drop index audit_entry_member;
  drop index audit_entry_about;
  drop index audit_entry_actor;
  drop index link_attempt_member;
  delete from link_attempt where state = 'moving' or method = 'mail';
  alter table link_attempt
    drop constraint link_attempt_moving,
    drop constraint link_attempt_page,
    drop constraint link_attempt_check,
    add constraint link_attempt_check check (state <> 'proven' or (member_id is not null and code_hash is not null)),
    alter column token_hash set not null,
    drop constraint link_attempt_state_check,
    add constraint link_attempt_state_check check (state in ('open', 'proven', 'linked', 'spent', 'undone')),
    drop column move_hash,
    drop column method;
  drop index discord_link_account_all;
  drop index discord_link_member_all;
  -- Without the column they would count as proven with a password, and so would they when it comes back.
  update discord_link set unlinked_at = now(), unlink_reason = 'rolled-back'
    where unlinked_at is null and method in ('mail', 'import');
  alter table discord_link drop column leaving_told_at, drop column method;
  drop table api_token;
  drop table session;
  drop index list_owner_keys;
  drop table list_owner;
  drop table admin_override;
  alter table member drop column notices_allowed, drop column admin_in_directory;
`
