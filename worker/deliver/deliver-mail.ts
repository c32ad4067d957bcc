import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import {
  claimMail,
  endMail,
  nextMailInMs,
  type OutgoingMail,
  postponeMail,
  restMail,
} from '../../domain/store/outbox/outgoing-mail.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { letterOfText } from '../../texts/letter-of-text.ts'
import type { WorkerContext } from '../context.ts'
import { untilStoreAnswers } from '../until-store-answers.ts'

/** What was tried so often and could not be sent for this long is given up, and stays on record as failed. */
const giveUpAfterS = 3 * 24 * 3600
const giveUpAfterAttempts = 10
/** From then on it is tried now and then. */
const rarelyMs = 30 * 60_000
/** What is due later is found by a sweep. */
const soonMs = 60_000

/** Sends the mail that is due, two at a time whoever asks how often, until none is; and wakes itself for what is due soon. */
export async function deliverMail(context: WorkerContext): Promise<void> {
  const { db, stopping, mailSlots } = context
  await mailSlots.begin(async () => {
    const mail = stopping.aborted ? null : await claimMail(db)
    if (mail === null) return 'nothing'
    await sendMail(context, mail)
    return 'done'
  })
  if (stopping.aborted) return
  const inMs = await nextMailInMs(db)
  if (inMs === null || inMs > soonMs) return
  const wakeInMs = Math.max(50, inMs)
  if (mailSlots.wakesFirst(wakeInMs)) context.later('delivering mail', wakeInMs, () => deliverMail(context))
}

async function sendMail(context: WorkerContext, mail: OutgoingMail): Promise<void> {
  const { db, mailer, log } = context
  const { id, attempts, ageS, toAddress, subject, textBody, locale } = mail
  const { outcome, message } = await mailer.send({
    to: toAddress,
    subject,
    text: textBody,
    html:
      mail.htmlBody ??
      letterOfText({ subject, locale: locale ?? (await knownLocale(db)), text: textBody }).htmlBody,
    messageId: `${id}@guildpost`,
  })
  // What is known to be taken must not be sent again because Postgres was away for a moment.
  if (outcome === 'sent') return untilStoreAnswers(context, () => endMail(db, mail, { state: 'sent' }))
  const about = { mail: id, attempts }
  if (outcome === 'away') {
    log.warn(about, 'the mail server takes nothing, all mail waits')
    return restMail(db, mail, message)
  }
  const isGivenUp = outcome === 'refused' || (ageS > giveUpAfterS && attempts > giveUpAfterAttempts)
  log.warn(about, isGivenUp ? 'mail could not be sent, given up' : 'mail not sent yet, will be tried again')
  if (isGivenUp) return endMail(db, mail, { state: 'failed', error: message })
  const inMs = attempts > giveUpAfterAttempts ? rarelyMs : retryDelayMs(attempts)
  await postponeMail(db, mail, { inMs, error: message })
}
