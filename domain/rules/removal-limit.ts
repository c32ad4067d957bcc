/** `REMOVAL_LIMIT_PERCENT` and `REMOVAL_LIMIT_COUNT`. */
export type RemovalLimit = { percent: number; count: number }

/**
 * Whether `removed` people, who did not ask for it, are too many to be taken off a list within an hour without an admin's yes:
 * beyond the percentage of its size at the hour's start and beyond the count, both; or all of a list of three or more.
 */
export const isBeyondRemovalLimit = (removed: number, sizeAtStart: number, limit: RemovalLimit): boolean =>
  (removed > limit.count && removed * 100 > sizeAtStart * limit.percent) ||
  (sizeAtStart >= 3 && removed >= sizeAtStart)
