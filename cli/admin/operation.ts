import type { Database } from '../../domain/store/database.ts'

export type Options = { dryRun: boolean; tell: boolean }

/** Something that `npm run admin` does. */
export type Operation = {
  /** The words that must follow it. */
  words: readonly string[]
  options?: readonly (keyof Options)[]
  meaning: string
  /** False when something of it was refused; what is refused as a whole is thrown as a Refusal. */
  run(db: Database, words: readonly string[], options: Options): Promise<boolean>
}
