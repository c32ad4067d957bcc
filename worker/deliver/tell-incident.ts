import type { MessageResult, TextFile } from '../../adapters/discord-rest/create-discord-rest.ts'
import { byMail, spacingS, toldNotice } from '../../domain/store/incident-notice.ts'
import { endOutgoing, type OutgoingNotice } from '../../domain/store/outbox.ts'
import { type PlainMail, queuePlainMail } from '../../domain/store/queue-mail.ts'
import { readIncidentOfNotice, type ToldIncident } from '../../domain/store/read-incidents.ts'
import { incidentMessage, lastedS, wordOver } from '../../texts/incident-message.ts'
import type { WorkerContext } from '../context.ts'
import { notSent } from './not-sent.ts'
import { unlessTokenIsRefused } from './send-notice.ts'

/** Unknown Message: somebody deleted it. */
const unknownMessage = 10_008
/** What was over before anybody could read of it is not worth a second mail. */
const mailAfterS = 60
/** How long after a refusal it is seen whether the channel takes messages by now. */
const trialPauseMs = 10 * 60_000

/**
 * Posts the one message of an incident, or edits it, so that it says how the incident is now. `again` delivers what came up
 * meanwhile.
 */
export async function tellIncident(
  context: WorkerContext,
  notice: OutgoingNotice,
  again: () => Promise<void>,
): Promise<void> {
  const told = await readIncidentOfNotice(context.db, notice.id)
  // Pruned meanwhile: nobody waits for its message any more.
  if (told === null) return endOutgoing(context.db, 'notice', notice, { state: 'failed', error: 'pruned' })
  const { incident, key, revision } = told
  if (notice.destinationId === byMail) return mailEnd(context, notice, incident)
  const messageId = told.messageId ?? (await context.straight.messageOf(key, incident.beganAt))
  const result = await show(context, notice, messageId, incident)
  const isMailedToo = incident.kind === 'discord-undeliverable'
  if (result.outcome === 'sent') {
    if (isOver(incident) && (isMailedToo || incident.kind === 'postgres-away'))
      await alsoMailEnd(context, incident)
    const { channelId, messageId: shownAs } = result
    const hasMore = await toldNotice(context.db, notice, { channelId, messageId: shownAs, revision })
    if (hasMore) context.later('telling more of an incident', spacingS['other words'] * 1000, again)
    return
  }
  // That Discord takes this one is how it is known that it takes messages again.
  const isTrial = isMailedToo && incident.state !== 'resolved'
  const afterMs = result.outcome === 'later' ? result.retryAfterS * 1000 : isTrial ? trialPauseMs : null
  const hasNoMail = told.messageId === null && (!isMailedToo || incident.state === 'resolved')
  await notSent(context, 'notice', notice, {
    refused: result.outcome === 'refused' && !isTrial,
    error: result.message,
    afterMs,
    instead: hasNoMail ? mailFor(context, incident) : null,
  })
}

async function show(
  { discord, alertTo }: WorkerContext,
  notice: OutgoingNotice,
  messageId: string | null,
  incident: ToldIncident,
): Promise<MessageResult> {
  const { id } = notice
  // What is not shown anywhere yet goes where alerts go by now.
  const destinationId =
    messageId === null ? (alertTo.channelId ?? notice.destinationId) : notice.destinationId
  const message = incidentMessage(incident)
  const file = fileOf(incident)
  const post = (nonce: string) =>
    withFileOrWithout(file, (one) => discord.sendChannelMessage(destinationId, message, nonce, one))
  if (messageId === null) return post(id)
  const edited = await withFileOrWithout(file, (one) =>
    discord.editChannelMessage(destinationId, messageId, message, one),
  )
  const isGone = edited.outcome === 'refused' && edited.code === unknownMessage
  // Under another nonce: by that of the first time Discord would know the message that is gone.
  return isGone ? post(`${id} after ${messageId}`) : edited
}

/** All of what the message has no room for; once it is over, the message keeps what it has. */
function fileOf({ isCut, state, text }: ToldIncident): TextFile | null {
  return isCut && state !== 'resolved' ? { name: 'everything.txt', text } : null
}

/** Where the bot may not attach files, the message alone is worth more than nothing. */
async function withFileOrWithout(
  file: TextFile | null,
  send: (file: TextFile | null) => Promise<MessageResult>,
): Promise<MessageResult> {
  const result = await unlessTokenIsRefused('channel', () => send(file))
  if (file === null || result.outcome !== 'refused' || result.code === unknownMessage) return result
  return unlessTokenIsRefused('channel', () => send(null))
}

const isOver = (incident: ToldIncident) => incident.state === 'resolved' && lastedS(incident) > mailAfterS

/** What the mail says in place of a message that Discord refuses: how it is now. */
function mailFor({ alertTo }: WorkerContext, incident: ToldIncident): PlainMail | null {
  if (alertTo.mailTo === null) return null
  if (incident.state !== 'resolved') return mailOf(alertTo.mailTo, incident)
  return isOver(incident) ? mailOf(alertTo.mailTo, wordOver(incident)) : null
}

async function alsoMailEnd(context: WorkerContext, incident: ToldIncident): Promise<void> {
  const mail = mailFor(context, incident)
  if (mail !== null) await context.db.transaction((tx) => queuePlainMail(tx, mail))
}

async function mailEnd(
  context: WorkerContext,
  notice: OutgoingNotice,
  incident: ToldIncident,
): Promise<void> {
  const mail = incident.state === 'resolved' ? mailFor(context, incident) : null
  await context.db.transaction(async (tx) => {
    if (mail !== null) await queuePlainMail(tx, mail)
    await endOutgoing(tx, 'notice', notice, { state: 'sent' })
  })
}

const mailOf = (to: string, { subject, text }: { subject: string; text: string }): PlainMail => ({
  kind: 'alert',
  memberId: null,
  to,
  subject,
  text,
})
