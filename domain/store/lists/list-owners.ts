/**
 * The user names of the owners of a list (`l`) who are in the directory, whoever made them one. A piece of a statement; two
 * looks, since each has an index and both together would have none.
 */
export const ownersOf = `array(
  select m.uid from member m where m.dn_key = any(l.owner_keys) and m.state = 'present'
  union
  select m.uid from list_owner o join member m on m.id = o.member_id where o.list_id = l.id and m.state = 'present'
  order by uid)`

/** How many are on a list (`l`). A piece of a statement. */
export const memberCountOf = `(select count(*)::integer from membership s where s.list_id = l.id)`
