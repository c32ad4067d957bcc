import { type Static, Type } from 'typebox'
import { Incident } from './incident.ts'
import { nullable } from './nullable.ts'
import { deadLetterDays } from './outbox.ts'
import { SyncRun } from './sync-run.ts'

/** How it all goes, for admins. */
export const Status = Type.Object(
  {
    changes: Type.Object({
      awaitingApproval: Type.Integer(),
      queued: Type.Integer(),
      applying: Type.Integer(),
      oldestQueuedS: nullable(Type.Number({ description: 'how long the oldest has been due, in seconds' })),
    }),
    targets: Type.Array(
      Type.Object({
        name: Type.String(),
        state: Type.Enum(['up', 'paused']),
        observing: Type.Boolean({
          description:
            'WRITES is off, as the workers said last: nothing is written there, and what is asked for waits',
        }),
        pausedAt: nullable(Type.String({ format: 'date-time' })),
        reason: nullable(Type.String()),
      }),
    ),
    mirror: Type.Object({
      ageS: nullable(
        Type.Number({ description: 'seconds since it was last known to be what the directory has' }),
      ),
      mode: nullable(Type.Enum(['syncrepl', 'version', 'time', 'full'])),
      people: Type.Integer(),
      lists: Type.Integer(),
    }),
    lastFullRun: nullable(SyncRun),
    holds: Type.Integer({ description: 'how many things wait for an admin' }),
    outbox: Type.Object({
      queued: Type.Integer(),
      failed: Type.Integer({ description: `given up in the last ${deadLetterDays} days` }),
    }),
    audit: Type.Object({ sealed: Type.Integer(), unsealed: Type.Integer() }),
    incidentsOpen: Type.Integer({ description: 'how much trouble lasts; who asks to join a list is none' }),
    incidents: Type.Array(Incident, {
      description: 'those that last, the newest first, who asks to join a list at the end; at most 20',
    }),
  },
  { $id: 'Status' },
)
export type Status = Static<typeof Status>
