import type { RunningRun, SyncReport } from '../../domain/store/mirror/sync-runs.ts'

/** One read of the whole directory: what was asked for, what came of it so far, and whether it is to stop short. */
export type Pass = { run: RunningRun; report: SyncReport; signal: AbortSignal }
