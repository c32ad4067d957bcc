import { isUndecided } from '../apply/due-list.ts'

/**
 * What waits for a worker, changes and entries, and since when somebody wants it: put off or in hand, it waits all the same. Left out
 * is what waits for a person (an approval, an admin's word about lists that vanished), and what WRITES=off keeps back.
 */
export const waitingWork = `
  select l.source, c.wanted_since from change c join list l on l.id = c.list_id
  where c.state in ('queued', 'applying') and c.would_write is null and not ${isUndecided}
  union all
  select l.source, l.entry_wanted_since from list l
  where l.entry_due_at is not null and l.state in ('creating', 'active', 'deleting')`
