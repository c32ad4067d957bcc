/** All of a drift is undone in one transaction, and others wait for the list meanwhile. */
export const revertAtMost = 500

/** Whether as many as another tool moved on a list can be put back from here. Whoever was moved beyond 1,000 is not known by name. */
export const isRevertible = ({ joinedCount, partedCount }: { joinedCount: number; partedCount: number }) =>
  joinedCount + partedCount <= revertAtMost
