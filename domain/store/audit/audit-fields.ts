/**
 * The columns of an entry (`entry` is its alias) as the seal covers them, all as text. Sealing and verifying read them by this,
 * and by nothing else: the same entry is the same text for as long as the chain lasts.
 */
export const sealedFieldsOf = (entry: string): string => `${entry}.id,
  to_char(${entry}.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, ${entry}.actor_kind as "actorKind",
  ${entry}.actor_id as "actorId", ${entry}.event, ${entry}.subject_kind as "subjectKind", ${entry}.subject_id as "subjectId",
  ${entry}.via, ${entry}.outcome, ${entry}.details::text as details, ${entry}.request_id as "requestId"`
