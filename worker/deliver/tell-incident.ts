import type { MessageResult, NewMessage, TextFile } from '../../adapters/discord-rest/create-discord-rest.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { byMail, toldNotice } from '../../domain/store/incidents/incident-notice.ts'
import { placeIncident } from '../../domain/store/incidents/incident-place.ts'
import { endNotice } from '../../domain/store/outbox/end-notice.ts'
import { notePlace } from '../../domain/store/outbox/note-place.ts'
import { moveNotice } from '../../domain/store/outbox/put-back-notices.ts'
import { tellAnew } from '../../domain/store/outbox/tell-anew.ts'
import { queuePlainMail } from '../../domain/store/outbox/queue-mail.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { readIncidentOfNotice, type ToldIncident } from '../../domain/store/incidents/read-incidents.ts'
import { asIs } from '../../texts/as-is.ts'
import { fit, messageLength } from '../../texts/fit.ts'
import { incidentMessage } from '../../texts/incident-message.ts'
import { allowedMentions, mentionOf } from '../../texts/mention.ts'
import type { WorkerContext } from '../context.ts'
import { endMails, mailsInstead } from './mail-incident.ts'
import { type Delivered, notTaken } from './not-taken.ts'
import { showEarlier, showOnce, type Showing } from './show-once.ts'

/** How long after a refusal it is seen whether the channel takes messages by now. */
const trialPauseMs = 10 * 60_000

/**
 * Posts the one message of an incident, or edits it, so that it says how the incident is now. `asPlaceholder`: what is posted says
 * nothing of it yet.
 */
export async function tellIncident(
  context: WorkerContext,
  notice: WaitingNotice,
  { asPlaceholder }: { asPlaceholder: boolean },
): Promise<Delivered> {
  const { db } = context
  const told = await readIncidentOfNotice(db, notice.id)
  if (told === null) {
    // Pruned meanwhile: nobody waits for its message any more.
    await endNotice(db, notice, { state: 'failed', error: 'pruned' })
    return { is: 'ended' }
  }
  const { incident, key, revision } = told
  if (notice.destinationId === byMail) return mailEnd(context, notice, incident)
  const messageId = told.messageId ?? (await context.straight.messageOf(key, incident.beganAt))
  if (asPlaceholder && messageId !== null) {
    // It was told straight away: that message has its place.
    await notePlace(db, notice, { messageId, isPlaceholder: false })
    return { is: 'ended' }
  }
  const locale = await knownLocale(db)
  const isPlaceholder = notice.body.isPlaceholder === true
  const isShown = messageId !== null && !isPlaceholder
  // What was told late goes on saying when it began.
  const isLate = isShown ? notice.body.isLate === true : told.isLate
  const message = calling(
    incident,
    asPlaceholder
      ? { content: asIs[locale]('notice.placeholder') }
      : incidentMessage(incident, locale, { isLate }),
    messageId === null ? notice.mention : null,
  )
  const showing: Showing = {
    to: { kind: 'channel', id: notice.destinationId },
    message,
    file: asPlaceholder ? null : fileOf(incident),
    nonce: notice.id,
    messageId,
  }
  const result =
    (await shownBefore(context, notice, { incident, showing })) ??
    (await showOnce(context, [notice], showing))
  if (result.outcome === 'moved') return { is: 'ended' }
  const mailed = notice.body.mailed ?? null
  if (result.outcome === 'sent') {
    const { channelId, messageId: shownAs } = result
    if (asPlaceholder) {
      if (!(await notePlace(db, notice, { messageId: shownAs, isPlaceholder: true })))
        await tellAnew(db, [notice.id])
      return { is: 'taken' }
    }
    await db.transaction(async (tx) => {
      if (!(await toldNotice(tx, notice, { channelId, messageId: shownAs, revision, isLate })))
        return tellAnew(tx, [notice.id])
      for (const mail of await endMails(context, tx, incident, { mailed, byDefault: 'no' }))
        await queuePlainMail(tx, mail)
    })
    return { is: 'taken' }
  }
  // That Discord takes this one is how it is known that it takes messages again.
  const isTrial = incident.kind === 'discord-undeliverable' && incident.state !== 'resolved'
  return notTaken(context, [{ ...notice, messageId }], result, {
    print: printOf(message),
    instead: await mailsInstead(context, db, incident, {
      mailed,
      isShown: told.messageId !== null && !isPlaceholder,
    }),
    trialMs: isTrial ? trialPauseMs : null,
  })
}

/** What may be shown already is looked for where that was, before it goes where alerts go by now. Null: it is to be told here. */
async function shownBefore(
  context: WorkerContext,
  notice: WaitingNotice,
  { incident, showing }: { incident: ToldIncident; showing: Showing },
): Promise<MessageResult | { outcome: 'moved' } | null> {
  if (showing.messageId !== null) return null
  const channel = await elsewhere(context, notice, incident)
  if (channel === null) return null
  const earlier = await showEarlier(context, notice, showing)
  if (earlier.outcome !== 'none') return earlier
  await moveNotice(context.db, notice, { channelId: channel.id, mention: channel.mention })
  return { outcome: 'moved' }
}

/** Where alerts go by now, if that is another channel. */
async function elsewhere({ db, alertTo }: WorkerContext, notice: WaitingNotice, { kind }: ToldIncident) {
  const { channel } = await placeIncident(db, kind, alertTo)
  return channel === null || channel.id === notice.destinationId ? null : channel
}

/** Whoever is to be called is called when it is first shown, as long as it lasts. */
function calling(
  { state }: ToldIncident,
  message: NewMessage & { content: string },
  mention: string | null,
): NewMessage {
  if (mention === null || state === 'resolved') return message
  const content = fit(`${mentionOf(mention)} ${message.content}`, { length: messageLength }).text
  return { ...message, content, allowed_mentions: allowedMentions(mention) }
}

/** All of what the message has no room for; once it is over, the message keeps what it has. */
function fileOf({ isCut, state, text }: ToldIncident): TextFile | null | 'as it is' {
  if (state === 'resolved') return 'as it is'
  return isCut ? { name: 'everything.txt', text } : null
}

async function mailEnd(
  context: WorkerContext,
  notice: WaitingNotice,
  incident: ToldIncident,
): Promise<Delivered> {
  await context.db.transaction(async (tx) => {
    if (!(await endNotice(tx, notice, { state: 'sent' }))) return
    const byDefault = 'unless a rule names others'
    for (const mail of await endMails(context, tx, incident, { mailed: null, byDefault }))
      await queuePlainMail(tx, mail)
  })
  return { is: 'ended' }
}
