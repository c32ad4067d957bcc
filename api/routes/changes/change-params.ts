import { Type } from 'typebox'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { changeNotFound } from '../../../domain/store/changes/cancel-change.ts'

export const ChangeParams = Type.Object({ id: Type.String({ description: 'the id of the change (UUID)' }) })

/** What is no UUID at all is the id of no change: not found, as any other. @throws {Refusal} NOT_FOUND */
export function changeIdOf({ id }: { id: string }): string {
  if (!isUuid(id)) throw changeNotFound()
  return id.toLowerCase()
}
