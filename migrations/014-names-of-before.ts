/**
 * A new name of a list is shown at once, while its entry has the old one until a worker has renamed it. Nobody else's list can have that
 * name before: it could not be made.
 */
export const up = `
  alter table list add column former_names text[] not null default '{}';
  comment on column list.former_names is 'names, in lower case, that its entry may still have';
  create index list_former_names on list (id) where former_names <> '{}';
`

export const down = `
  alter table list drop column former_names;
`
