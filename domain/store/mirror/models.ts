import { Model } from 'objection'

// Fields are declared, never initialised: Objection would write an initialised field with every patch.

export class SyncRun extends Model {
  static override tableName = 'sync_run'
  declare id: string
  declare mode: 'incremental' | 'full'
  declare dryRun: boolean
  declare state: 'queued' | 'running' | 'done' | 'failed'
  declare startedAt: Date | null
  declare endedAt: Date | null
  declare report: object | null
}
