/**
 * Changes that the directory refused for good keep what it said, and whether admins were told: whoever recorded one may be gone before
 * they were. Of those that have no such sentence whoever recorded them has told.
 */
export const up = `
  alter table change
    add column refusal_message text,
    add column refusal_told_at timestamptz;
  create index change_refusal_untold on change (ended_at) where refusal_message is not null and refusal_told_at is null;
`

export const down = `
  drop index change_refusal_untold;
  alter table change drop column refusal_message, drop column refusal_told_at;
`
