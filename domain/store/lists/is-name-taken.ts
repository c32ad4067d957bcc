import { sqlState } from '../../contracts/sql-state.ts'

/** Postgres refuses a name that another list has. */
export const isNameTaken = (cause: unknown): boolean =>
  cause instanceof Error &&
  'code' in cause &&
  cause.code === sqlState.uniqueViolation &&
  'constraint' in cause &&
  cause.constraint === 'list_name'
