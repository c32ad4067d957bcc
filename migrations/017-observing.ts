/**
 * When a worker that writes to the directory last said that it lives: where only others say so, WRITES is off. And what would be written
 * about a list's entry, as LDIF, which says something only while that keeps the entry back.
 */
export const up = `
  alter table installation add column writer_seen_at timestamptz;
  update installation set writer_seen_at = worker_seen_at;
  alter table list add column entry_would_write text;
`

export const down = `
  alter table list drop column entry_would_write;
  alter table installation drop column writer_seen_at;
`
