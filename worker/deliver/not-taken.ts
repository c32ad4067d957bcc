import type { MessageResult } from '../../adapters/discord-rest/create-discord-rest.ts'
import { isLocked, refusesChannel } from '../../adapters/discord-rest/discord-result.ts'
import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { type Mailed, noteRefused } from '../../domain/store/outbox/destination-refused.ts'
import { endNotice } from '../../domain/store/outbox/end-notice.ts'
import { postponeNotices } from '../../domain/store/outbox/put-back-notices.ts'
import { type PlainMail, queuePlainMail } from '../../domain/store/outbox/queue-mail.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { tellAnew } from '../../domain/store/outbox/tell-anew.ts'
import { asIs } from '../../texts/as-is.ts'
import type { WorkerContext } from '../context.ts'

/** What goes out in place of a message that Discord refuses; `mailed`: what readers of mail know of an incident then. */
export type Instead = { mails: readonly PlainMail[]; mailed?: Mailed }

/**
 * What came of sending notices. `taken`: Discord took them; `ended`: nothing is left to do about them now, they were given up or put off
 * alone; `refused`: their channel refuses everything; `untaken`: they wait for `afterMs` with all of their destination, `limited` by Discord.
 */
export type Delivered =
  | { is: 'taken' }
  | { is: 'ended' }
  | { is: 'refused' }
  | { is: 'untaken'; afterMs: number; limited: boolean; error: string; instead: Instead }

/** What could not be sent for this long is given up, and stays on record as failed. */
const giveUpAfterS = 3 * 24 * 3600

/** No mail goes out in its place. */
export const nothingInstead: Instead = { mails: [] }

type Untaken = Exclude<MessageResult, { outcome: 'sent' }>

/**
 * They keep their places until Discord takes them, or become dead letters; then the mail that says the same goes out `instead`, in the
 * same transaction. `trialMs`: a refusal is none, and it is tried again after that time. `print`: of what Discord may have taken.
 */
export async function notTaken(
  context: WorkerContext,
  notices: readonly WaitingNotice[],
  result: Untaken,
  {
    print,
    instead = nothingInstead,
    trialMs = null,
  }: { print: string; instead?: Instead; trialMs?: number | null },
): Promise<Delivered> {
  const { db, log } = context
  const { outcome } = result
  const error = isLocked(result) ? asIs[await knownLocale(db)]('notice.locked') : result.message
  const about = { notices: idsOf(notices), error }
  if (refusesChannel(result) && notices.every(({ destinationKind }) => destinationKind === 'channel')) {
    log.warn(about, 'the channel refuses everything, what goes there waits')
    await noteRefused(db, notices, error)
    return { is: 'refused' }
  }
  const limited = outcome === 'later' ? result.limited : undefined
  const isRefused = outcome === 'refused' && trialMs === null
  const isDead = isRefused || (limited === undefined && outcome === 'later' && notices.every(isTooOld))
  if (limited === undefined)
    log.warn(about, isDead ? 'could not be sent, given up' : 'not sent yet, will be tried again')
  if (isDead) {
    await giveUp(context, notices, {
      error,
      instead,
      wasTaken: isRefused ? 'no more than before' : 'unknown',
    })
    return { is: 'ended' }
  }
  if (outcome === 'refused') {
    await postponeNotices(db, notices, { error, inMs: trialMs ?? 0, counts: true, print: null })
    return { is: 'ended' }
  }
  const afterMs = result.retryAfterS * 1000
  const alone = limited === 'edits'
  const areOurs = await postponeNotices(db, notices, {
    error,
    inMs: alone ? afterMs : 0,
    counts: limited === undefined,
    print,
  })
  // An edit of which nobody knows may have taken back what somebody else's said.
  if (!areOurs) await tellAnew(db, idsOf(notices.filter(({ messageId }) => messageId !== null)))
  if (alone) return { is: 'ended' }
  return { is: 'untaken', afterMs, limited: limited !== undefined, error, instead }
}

/** They become dead letters. `wasTaken`: whether Discord may have taken them the last time, or what it refused is as sure as before. */
export async function giveUp(
  { db }: WorkerContext,
  notices: readonly WaitingNotice[],
  {
    error,
    instead = nothingInstead,
    wasTaken,
  }: { error: string; instead?: Instead; wasTaken: 'unknown' | 'no more than before' },
): Promise<void> {
  await db.transaction(async (tx) => {
    let areOurs = true
    for (const notice of notices) {
      const inDoubt = wasTaken === 'unknown' || notice.doubtfulSince !== null
      const end = { state: 'failed', error, inDoubt, mailed: instead.mailed ?? null } as const
      areOurs = (await endNotice(tx, notice, end)) && areOurs
    }
    if (areOurs) for (const mail of instead.mails) await queuePlainMail(tx, mail)
  })
}

const idsOf = (notices: readonly WaitingNotice[]) => notices.map(({ id }) => id)

/** An incident lasts as long as it lasts, and a message that is there must not go on saying what is not so any more. */
const isTooOld = ({ ageS, incidentId, messageId, body }: WaitingNotice): boolean =>
  ageS > giveUpAfterS && incidentId === null && (messageId === null || body.isPlaceholder === true)
