import { type Static, Type } from 'typebox'

const nothing = Type.Object({}, { additionalProperties: false })

/** Every job and the data that it carries: ids only, so that a job run late or twice sees what is true then. */
export const jobData = {
  /** Applies the due lists of one lane. */
  apply: Type.Object({ lane: Type.Integer({ minimum: 0, maximum: 15 }) }, { additionalProperties: false }),
  /** Reads what has changed in the directory into the mirror, where no live feed tells it. */
  'sync-directory': nothing,
  /** Wakes what a lost notification or a dead worker left. */
  sweep: nothing,
  /** Reads the whole directory, people and members too, and compares it with the mirror. */
  reconcile: nothing,
  /** Verifies the audit's chain, and signs where it ends. */
  'checkpoint-audit': nothing,
  /** Compares who has the role of linked members with the links. */
  'reconcile-roles': nothing,
  /** Tells people who are gone from the directory when their link ends, and ends it then. */
  'unlink-gone': nothing,
  /** Chains the new audit entries. */
  'seal-audit': nothing,
  /** Does nothing but say that it ran, for whoever looks whether a worker lives. */
  ping: Type.Object({ id: Type.String({ format: 'uuid' }) }, { additionalProperties: false }),
  /** Deletes what has outlived its keeping time. */
  prune: nothing,
} as const

export type JobName = keyof typeof jobData

export type JobData<Name extends JobName = JobName> = Static<(typeof jobData)[Name]>
