/**
 * What becomes of a notice that is to be told anew, as part of an `update notice set`: one that was told or given up goes to the end of its
 * destination's queue, one that waits keeps its place there. When it is due is for whoever has it told to say.
 */
export const queuedAnew = `revision = revision + 1, state = 'queued', ended_at = null,
  position = case when state = 'queued' then position else nextval(pg_get_serial_sequence('notice', 'position')) end,
  attempts = case when state = 'queued' then attempts else 0 end,
  error = case when state = 'queued' then error end`
