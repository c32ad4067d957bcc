import type { Change } from '../../../domain/contracts/change.ts'
import type { Answer } from '../../../domain/store/idempotency.ts'

/** 202 for a change that is new, 200 for what stands already, of which there may be no change at all. */
export const answerOfChange = ({ change, fresh }: { change: Change; fresh: boolean }): Answer => ({
  status: fresh ? 202 : 200,
  location: change.id === null ? null : `/api/v1/changes/${change.id}`,
  body: change,
})
