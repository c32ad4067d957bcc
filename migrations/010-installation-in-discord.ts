/**
 * The stamp says too which Discord server and application this installation serves: a process of another one refuses to start. And
 * when a worker last swept, by which it is seen that one lives.
 */
export const up = `
  alter table installation
    add column guild_id text check (guild_id ~ '^[0-9]{17,20}$'),
    add column application_id text check (application_id ~ '^[0-9]{17,20}$'),
    add column swept_at timestamptz;
`

export const down = `
  alter table installation drop column swept_at, drop column application_id, drop column guild_id;
`
