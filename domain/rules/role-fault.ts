import type { PowerlessBot, UnfitRole } from './judge-role.ts'

/** What can be wrong with the role of linked members: what a look at the server shows, and what shows in use. */
export type RoleFault =
  | UnfitRole
  | PowerlessBot
  | { kind: 'not-in-guild' }
  /** The members can't be listed: the application's Server Members Intent is off. */
  | { kind: 'no-intent' }
  /** So many of its holders would lose it at once that none does. */
  | { kind: 'held'; removals: number; holders: number }
  /** A look shows nothing wrong, and yet Discord refused. */
  | { kind: 'refused'; message: string }
