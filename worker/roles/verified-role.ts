import type { RoleFault } from '../../domain/rules/role-fault.ts'

/** The role of linked members, and how far this worker is with it. */
export type VerifiedRole = {
  readonly guildId: string
  readonly id: string
  /** What the last look at the server showed, and when (performance.now()); null before the first. Not seen, not given. */
  look: { fault: RoleFault | null; at: number } | null
  /** Accounts whose role has yet to follow their link. */
  readonly waiting: Set<string>
  /** Whether somebody is at it: one account at a time. */
  busy: boolean
}

/** Null where no role was named. */
export function verifiedRole(guildId: string | undefined, id: string | undefined): VerifiedRole | null {
  if (guildId === undefined || id === undefined) return null
  return { guildId, id, look: null, waiting: new Set(), busy: false }
}
