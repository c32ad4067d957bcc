import type { DueEntry, LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { WorkerContext } from '../context.ts'
import type { Lease } from './hold-lease.ts'

/** A leased list whose entry is to be made, edited or deleted. */
export type EntryTask = { context: WorkerContext; list: LeasedList; entry: DueEntry; lease: Lease }
