import type { MessageResult, NewMessage, TextFile } from '../../adapters/discord-rest/create-discord-rest.ts'
import {
  DiscordTokenError,
  type DiscordFailure,
  isArchived,
} from '../../adapters/discord-rest/discord-result.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import { notePost, type WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { readKnownMessages } from '../../domain/store/outbox/read-known-messages.ts'
import type { WorkerContext } from '../context.ts'

/** What is shown, and where; the message that shows it already is edited. */
export type Showing = {
  to: { kind: 'member' | 'channel'; id: string }
  message: NewMessage
  /** What comes beside it: a file, nothing, or what is there. */
  file: TextFile | null | 'as it is'
  nonce: string
  messageId: string | null
}

/** Somebody deleted it. */
const unknownMessage = 10_008
/**
 * What may be meant for the file alone: Missing Permissions, Request entity too large, Invalid Form Body, a file that is too large, and one that is
 * invalid.
 */
const fileCodes: ReadonlySet<number> = new Set([50_013, 40_005, 50_035, 50_045, 50_046])
/** Discord remembers nonces for minutes; what is in doubt for longer than this is looked for in what was said. */
const nonceIsSureForS = 60

/** Several are shown together: a digest. */
type Notices = readonly [WaitingNotice, ...WaitingNotice[]]

/** Posts it, or edits what shows it, so that it is there once, whatever became of earlier attempts. */
export async function showOnce(
  context: WorkerContext,
  notices: Notices,
  showing: Showing,
): Promise<MessageResult> {
  const { nonce, messageId } = showing
  if (messageId === null) return postOnce(context, notices, showing)
  const edited = await edit(context, showing, messageId)
  // Under another nonce: by that of the first time Discord would know the message that is gone.
  return isGone(edited) ? postOnce(context, notices, { ...showing, nonce: after(nonce, messageId) }) : edited
}

const after = (nonce: string, messageId: string) => `${nonce} after ${messageId}`

/** Deleted, or for good in an archive: posting opens threads that nothing else may open. */
const isGone = (result: MessageResult): boolean =>
  isArchived(result) || (result.outcome === 'refused' && result.code === unknownMessage)

async function postOnce(context: WorkerContext, notices: Notices, showing: Showing): Promise<MessageResult> {
  const [notice] = notices
  const { to, message, file } = showing
  let { nonce } = showing
  const print = printOf(message)
  if ((notice.doubtfulForS ?? 0) > nonceIsSureForS) {
    const earlier = await showEarlier(context, notice, showing)
    if (earlier.outcome !== 'none') return earlier
    if (earlier.goneId !== null) nonce = after(nonce, earlier.goneId)
  }
  if (!(await notePost(context.db, notices, print)))
    return { outcome: 'later', retryAfterS: 0, message: 'somebody else has it in hand by now' }
  const posted = await withFileOrWithout(to.kind, file === 'as it is' ? null : file, (one) =>
    to.kind === 'member'
      ? context.discord.sendDirectMessage(to.id, message, nonce, one)
      : context.discord.sendChannelMessage(to.id, message, nonce, one),
  )
  // By its nonce Discord may have known the message of an earlier attempt, which said something else.
  const mayBeOld = to.kind === 'channel' && notice.tried.prints.some((one) => one !== print)
  return mayBeOld && posted.outcome === 'sent' ? edit(context, showing, posted.messageId) : posted
}

/** Looks whether an earlier attempt was taken without our knowing, and has its message say how it is now. `goneId`: it was deleted since. */
export async function showEarlier(
  context: WorkerContext,
  { tried, doubtfulSince }: WaitingNotice,
  showing: Showing,
): Promise<MessageResult | { outcome: 'none'; goneId: string | null }> {
  if (doubtfulSince === null) return { outcome: 'none', goneId: null }
  const print = printOf(showing.message)
  const found = await findShown(context, showing, { since: doubtfulSince, prints: [print, ...tried.prints] })
  if (found.outcome === 'later') return found
  if (found.outcome !== 'found') return { outcome: 'none', goneId: null }
  const { channelId, messageId } = found
  if (found.print === print || showing.to.kind === 'member') return { outcome: 'sent', channelId, messageId }
  const edited = await edit(context, showing, messageId)
  return isGone(edited) ? { outcome: 'none', goneId: messageId } : edited
}

/** Looks for it in what was said since; messages that show other notices are none. */
async function findShown(
  { db, discord, log }: WorkerContext,
  { to, nonce }: Showing,
  sought: { since: Date; prints: string[] },
) {
  const others = await readKnownMessages(db, to, sought.since)
  const found = await unlessTokenIsRefused(to.kind, () =>
    discord.findMessage(to, { ...sought, nonce, others }),
  )
  // Whoever may not read what was said may still say it.
  if (found.outcome === 'refused')
    log.warn({ error: found.message }, 'it could not be seen whether it was shown before')
  return found
}

/** A thread that was archived meanwhile is opened for it. */
async function edit(
  { discord }: WorkerContext,
  { to, message, file }: Showing,
  messageId: string,
): Promise<MessageResult> {
  const change = () =>
    withFileOrWithout('channel', file === 'as it is' ? undefined : file, (one) =>
      discord.editChannelMessage(to.id, messageId, message, one),
    )
  const edited = await change()
  if (!isArchived(edited)) return edited
  const opened = await unlessTokenIsRefused('channel', () => discord.openThread(to.id))
  if (opened.outcome === 'later') return opened
  return opened.outcome === 'done' ? change() : edited
}

/** Where the bot may not attach files, the message alone is worth more than nothing. */
async function withFileOrWithout<File extends TextFile | null | undefined>(
  kind: 'member' | 'channel',
  file: File,
  send: (file: File | null) => Promise<MessageResult>,
): Promise<MessageResult> {
  const result = await unlessTokenIsRefused(kind, () => send(file))
  if (!file || result.outcome !== 'refused' || !fileCodes.has(result.code)) return result
  return unlessTokenIsRefused(kind, () => send(null))
}

/** Discord without a valid token is no way to reach a member: that is a refusal, and a channel waits for a better token. */
async function unlessTokenIsRefused<Result>(
  destination: 'member' | 'channel',
  send: () => Promise<Result>,
): Promise<Result | DiscordFailure> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof DiscordTokenError)) throw error
    return destination === 'member'
      ? { outcome: 'refused', code: 401, message: error.message }
      : { outcome: 'later', retryAfterS: 300, message: error.message }
  }
}
