import { variables } from '../../domain/contracts/environment.ts'
import type { Variable } from '../../domain/contracts/read-environment.ts'

/** The schema of the environment, by name. */
export const described: Readonly<Record<string, Variable>> = variables

/** A variable that has no value of its own and must be given one. */
export const isRequired = (name: string): boolean =>
  described[name]?.fallback === undefined && described[name]?.optional !== true
