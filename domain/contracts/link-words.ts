import type { LinkMethod } from '../rules/link-rights.ts'
import type { DirectMessage } from './notice.ts'

/** How somebody proved who they are: by the password on our page, or by a code from their mail. */
export type ProofMethod = Extract<LinkMethod, 'web' | 'mail'>

export type Letter = { subject: string; textBody: string; htmlBody: string }

type About = { displayName: string; discordName: string; locale: string }

/** What people are told while an account is linked. Tokens become addresses in there, and are kept nowhere else. */
export type LinkWords = {
  /** The code, to the person's mail. `isLinked`: another account acts for them now. */
  code: (facts: About & { code: string; isLinked: boolean }) => Letter
  /** They are linked; `undoToken` is for the link that ends it again. */
  made: (facts: About & { method: ProofMethod; undoToken: string }) => Letter
  /** Somebody proved to be them while another account acts for them: is it to move? By mail only the message says where to agree. */
  moveAsked: (facts: About & { method: ProofMethod; moveToken: string; until: Date }) => {
    message: DirectMessage
    letter: Letter
  }
  /** To the account that acts for them no more. */
  movedAway: (facts: About & { method: ProofMethod }) => DirectMessage
  /** To the account whose link ended elsewhere: by the mail about it, or because its member had themselves forgotten. */
  ended: (facts: { why: 'undone' | 'forgotten'; locale: string }) => DirectMessage
  /** To the account that acts for them now. */
  movedHere: (facts: { username: string; adminRightsUnused: boolean; locale: string }) => DirectMessage
}
