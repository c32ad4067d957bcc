import type { DirectMessage } from '../../contracts/notice.ts'
import type { Mailed } from './destination-refused.ts'
import type { PlainMail } from './queue-mail.ts'

/**
 * What the column `notice.body` holds. A direct message brings its words, as does an alert from before incidents had theirs; what others say is put
 * together when they are sent.
 */
export type NoticeBody = Partial<DirectMessage> & {
  /** Goes out instead when Discord does not take the message. */
  mail?: PlainMail | null
  /** When it was first to be told, of one that is sent again. */
  writtenAt?: string
  /** What Discord may have taken, while that is in doubt: fingerprints of messages, and the nonce of a digest. */
  tried?: { prints?: string[]; digest?: string | null }
  /** The message that has its place says nothing of it yet. */
  isPlaceholder?: true
  /** Its message says when the incident began, since it was told late. */
  isLate?: true
  /** What mail has said of the incident in place of the message. */
  mailed?: NonNullable<Mailed>
  /** Since when its channel refuses everything. */
  refusedSince?: string
  /** How often others of its channel were told before it, and since when. */
  passedOver?: { times: number; since: string }
}
