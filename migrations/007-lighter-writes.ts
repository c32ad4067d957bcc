/**
 * The same promises for fewer writes. One unique index says what `change_waiting` and `change_applying` said (one waiting and
 * one applying change of a list and a member), and finds a member's open changes. Indexes whose entries are followed by one
 * for each later state leave room for them.
 *
 * Foreign keys go where thousands of rows are written at a time and something else holds what they promised. Audit entries are
 * never deleted: a trigger refuses. Lists never are: they become `gone`. A member is deleted by one statement only, after their
 * memberships, while nobody writes any (domain/store/mirror/keep-members.ts) but for a change that refers to that row.
 */
export const up = `
  create unique index change_open_of_member on change (member_id, list_id, (state = 'applying'))
    with (fillfactor = 50) where state in ('awaiting_approval', 'queued', 'applying');
  drop index change_waiting;
  drop index change_applying;
  drop index change_member_open;
  alter index change_open set (fillfactor = 50);
  alter index change_pkey set (fillfactor = 50);

  alter table membership drop constraint membership_list_id_fkey, drop constraint membership_member_id_fkey;
  alter table audit_unsealed drop constraint audit_unsealed_entry_id_fkey;
`

export const down = `
  alter table audit_unsealed add foreign key (entry_id) references audit_entry (id);
  alter table membership add foreign key (list_id) references list (id) on delete cascade,
    add foreign key (member_id) references member (id) on delete cascade;
  alter index change_pkey reset (fillfactor);
  alter index change_open reset (fillfactor);
  create index change_member_open on change (member_id) where ended_at is null;
  create unique index change_applying on change (list_id, member_id) where state = 'applying';
  create unique index change_waiting on change (list_id, member_id) where state in ('awaiting_approval', 'queued');
  drop index change_open_of_member;
`
