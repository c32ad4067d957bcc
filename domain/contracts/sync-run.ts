import { type Static, Type } from 'typebox'
import { nullable } from './nullable.ts'

export const SyncMode = Type.Enum(['incremental', 'full'])
export type SyncMode = Static<typeof SyncMode>

/** A read of the directory that somebody asks for. A dry one writes nothing, and reports what it would have written. */
export const SyncRequest = Type.Object(
  { mode: SyncMode, dryRun: Type.Optional(Type.Boolean({ description: 'false unless it is said' })) },
  { $id: 'SyncRequest', additionalProperties: false },
)

/** What differed on one list. Names are user names, at most 1,000 of each; the numbers are whole. */
export const ListDifference = Type.Object(
  {
    list: Type.String(),
    driftId: nullable(Type.String()),
    joined: Type.Array(Type.String()),
    parted: Type.Array(Type.String()),
    joinedCount: Type.Integer(),
    partedCount: Type.Integer(),
    policy: Type.Enum(['adopt', 'report']),
    reverted: Type.Boolean(),
  },
  { $id: 'ListDifference' },
)
export type ListDifference = Static<typeof ListDifference>

const Counts = { seen: Type.Integer(), written: Type.Integer(), gone: Type.Integer() }

export const SyncReport = Type.Object(
  {
    people: Type.Object(Counts),
    lists: Type.Object({ ...Counts, nameTaken: Type.Array(Type.String()) }),
    /** The lists on which something differed, at most 1,000. */
    differences: Type.Array(ListDifference),
    problem: Type.Optional(Type.String()),
  },
  { $id: 'SyncReport' },
)

/** A read of the directory: by the clock, by the live feed, or because an admin asked. */
export const SyncRun = Type.Object(
  {
    id: Type.String(),
    mode: SyncMode,
    dryRun: Type.Boolean(),
    state: Type.Enum(['queued', 'running', 'done', 'failed']),
    startedAt: nullable(Type.String({ format: 'date-time' })),
    endedAt: nullable(Type.String({ format: 'date-time' })),
    report: nullable(SyncReport),
  },
  { $id: 'SyncRun' },
)
export type SyncRun = Static<typeof SyncRun>
