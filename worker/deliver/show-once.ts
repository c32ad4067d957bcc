import type { MessageResult, NewMessage, TextFile } from '../../adapters/discord-rest/create-discord-rest.ts'
import {
  DiscordTokenError,
  type DiscordFailure,
  refusesChannel,
} from '../../adapters/discord-rest/discord-result.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import { noteDoubt, type WaitingNotice } from '../../domain/store/destination-queue.ts'
import { readKnownMessages } from '../../domain/store/read-known-messages.ts'
import type { WorkerContext } from '../context.ts'

/** What is shown, and where; the message that shows it already is edited. */
export type Showing = {
  to: { kind: 'member' | 'channel'; id: string }
  message: NewMessage
  /** What comes beside it: a file, nothing, or what is there. */
  file: TextFile | null | 'as it is'
  nonce: string
  messageId: string | null
  /** The same in the words of another moment, as it may have been sent before. */
  otherPrints?: readonly string[]
}

/** Unknown Message: somebody deleted it. Thread is archived: nothing in there can be edited, and what is posted opens it again. */
const goneCodes: ReadonlySet<number> = new Set([10_008, 50_083])
/** Missing Permissions: it may be that files alone are not allowed. */
const missingPermissions = 50_013
/** Discord remembers nonces for minutes; what is in doubt for longer than this is looked for in what was said. */
const nonceIsSureForS = 60

/** Posts it, or edits what shows it, so that it is there once, whatever became of earlier attempts. */
export async function showOnce(
  context: WorkerContext,
  notice: WaitingNotice,
  showing: Showing,
): Promise<MessageResult> {
  const { nonce, messageId } = showing
  if (messageId === null) return postOnce(context, notice, showing)
  const edited = await edit(context, showing, messageId)
  if (!isGone(edited)) return edited
  await noteDoubt(context.db, notice)
  // Under another nonce: by that of the first time Discord would know the message that is gone.
  return postOnce(context, notice, { ...showing, nonce: `${nonce} after ${messageId}` })
}

const isGone = (result: MessageResult): boolean => result.outcome === 'refused' && goneCodes.has(result.code)

async function postOnce(
  context: WorkerContext,
  notice: WaitingNotice,
  showing: Showing,
): Promise<MessageResult> {
  const { to, message, file } = showing
  let { nonce } = showing
  const print = printOf(message)
  const earlier = notice.tried.prints.filter((one) => one !== print)
  if (notice.doubtfulSince !== null && (notice.doubtfulForS ?? 0) > nonceIsSureForS) {
    const prints = [print, ...(showing.otherPrints ?? []), ...earlier]
    const found = await findShown(context, showing, { since: notice.doubtfulSince, prints })
    if (found.outcome === 'later') return found
    if (found.outcome === 'found') {
      const { channelId, messageId } = found
      if (found.print === print || to.kind === 'member') return { outcome: 'sent', channelId, messageId }
      const edited = await edit(context, showing, messageId)
      if (!isGone(edited)) return edited
      nonce = `${nonce} after ${messageId}`
    }
  }
  const posted = await withFileOrWithout(to.kind, file === 'as it is' ? null : file, (one) =>
    to.kind === 'member'
      ? context.discord.sendDirectMessage(to.id, message, nonce)
      : context.discord.sendChannelMessage(to.id, message, nonce, one),
  )
  // By its nonce Discord may have known the message of an earlier attempt, which said something else.
  const isSure = notice.doubtfulSince === null || (notice.tried.prints.length > 0 && earlier.length === 0)
  const mayBeOld = posted.outcome === 'sent' && !isSure && to.kind === 'channel'
  return mayBeOld ? edit(context, showing, posted.messageId) : posted
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

const edit = ({ discord }: WorkerContext, { to, message, file }: Showing, messageId: string) =>
  withFileOrWithout('channel', file === 'as it is' ? undefined : file, (one) =>
    discord.editChannelMessage(to.id, messageId, message, one),
  )

/** Where the bot may not attach files, the message alone is worth more than nothing. */
async function withFileOrWithout<File extends TextFile | null | undefined>(
  kind: 'member' | 'channel',
  file: File,
  send: (file: File | null) => Promise<MessageResult>,
): Promise<MessageResult> {
  const result = await unlessTokenIsRefused(kind, () => send(file))
  if (!file || result.outcome !== 'refused' || isGone(result)) return result
  if (refusesChannel(result) && result.code !== missingPermissions) return result
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
