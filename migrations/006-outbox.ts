/** What leaves for people: Discord messages (notice) and mail, written in the transaction of their cause. */
export const up = `
  create table notice (
    id uuid primary key,
    kind text not null,
    destination_kind text not null check (destination_kind in ('member', 'channel')),
    destination_id text not null,
    incident_key text,
    body jsonb not null,
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    lease_token uuid,
    message_id text,
    error text,
    created_at timestamptz not null default now(),
    ended_at timestamptz
  );
  create index notice_due on notice (due_at) where state = 'queued';
  create index notice_ended on notice (ended_at) where ended_at is not null;
  create unique index notice_incident on notice (incident_key) where incident_key is not null;

  create table mail (
    id uuid primary key,
    kind text not null,
    member_id uuid references member (id),
    to_address text not null,
    subject text not null,
    text_body text not null,
    html_body text,
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    lease_token uuid,
    error text,
    created_at timestamptz not null default now(),
    ended_at timestamptz
  );
  create index mail_due on mail (due_at) where state = 'queued';
  create index mail_ended on mail (ended_at) where ended_at is not null;
`

export const down = `
  drop table mail;
  drop table notice;
`
