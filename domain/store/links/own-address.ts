/**
 * The first mail address of a member (`m`) that nobody else in the directory has; null without one. Who shares a mailbox has not
 * shown who they are by reading it. A piece of a statement.
 */
export const ownAddress = `(select a.mail from unnest(m.mails, m.mail_keys) with ordinality as a (mail, key, place)
  where not exists (select 1 from member o
    where o.id <> m.id and o.state = 'present' and o.mail_keys @> array[a.key])
  order by a.place limit 1)`
