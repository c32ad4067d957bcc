/**
 * Admins are told who asks to join a list, and decide in that message: about those whom it names, and nobody who asked since. The list's
 * owners are told once.
 */
export const up = `
  alter table incident add column request_ids uuid[];
  comment on column incident.request_ids is 'the changes that its words name; who decides there decides about these';
  alter table change add column owners_told_at timestamptz;
  create index change_asking on change (list_id) where state = 'awaiting_approval' and hold_id is null;
`

export const down = `
  update incident set state = 'resolved', outcome = 'over', resolved_at = now() where kind = 'requests-waiting' and state <> 'resolved';
  drop index change_asking;
  alter table change drop column owners_told_at;
  alter table incident drop column request_ids;
`
