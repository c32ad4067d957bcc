/** One row that says which environment this database belongs to, and the leases by which processes take turns. */
export const up = `
  create table installation (
    only_row boolean primary key default true check (only_row),
    app_env text not null check (app_env in ('dev', 'prod')),
    created_at timestamptz not null default now()
  );
  create table turn (
    name text primary key,
    token uuid not null,
    until timestamptz not null
  );
`

export const down = `
  drop table turn;
  drop table installation;
`
