import { variables } from '../../domain/contracts/environment.ts'

type Described = { meaning: string; example: string; fallback?: string; optional?: true; secret?: true }

/** The schema of the environment, by name. */
export const described: Readonly<Record<string, Described>> = variables

/** A variable that has no value of its own and must be given one. */
export const isRequired = (name: string): boolean =>
  described[name]?.fallback === undefined && described[name]?.optional !== true
