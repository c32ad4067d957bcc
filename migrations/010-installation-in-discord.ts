/** The stamp says too which Discord server and application this installation serves; a process of another one refuses to start. */
export const up = `
  alter table installation
    add column guild_id text check (guild_id ~ '^[0-9]{17,20}$'),
    add column application_id text check (application_id ~ '^[0-9]{17,20}$');
`

export const down = `
  alter table installation drop column guild_id, drop column application_id;
`
