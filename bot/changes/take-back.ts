import type { Change } from '../../domain/contracts/change.ts'
import { hasEnded } from '../../domain/rules/change-states.ts'
import { ApiRefusal } from '../call-api.ts'
import type { Turn } from '../turn.ts'

/**
 * Takes a change back. One that has ended by now, as by the first of two clicks, is given as it ended.
 * @throws {ApiRefusal} NOT_WAITING while it is on its way.
 */
export async function takeBack({ api, stopping }: Turn, id: string): Promise<Change> {
  try {
    return await api.cancelChange(id)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.reason !== 'NOT_WAITING') throw error
    const change = await api.waitForChange(id, 0, stopping)
    if (!hasEnded(change.state)) throw error
    return change
  }
}
