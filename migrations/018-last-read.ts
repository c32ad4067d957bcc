/** Which read of the directory ended last is asked every few seconds, and by whoever looks at the status. */
export const up = `
  create index sync_run_ended on sync_run (ended_at) where ended_at is not null and not dry_run;
`

export const down = `
  drop index sync_run_ended;
`
