/**
 * Changes are kept for good, and after years there are millions. Those of one list, or with a rare end, are found in the order of their making,
 * without going back through all of them.
 */
export const up = `
  create index change_ended on change (list_id, state, id) where ended_at is not null;
`

export const down = `
  drop index change_ended;
`
