import { readShownAs } from '../../domain/store/outbox/read-shown-as.ts'
import type { WorkerContext } from '../context.ts'
import { sameIncidentMs } from '../deliver/straight-alerts.ts'

/** What no message tells of by then is told of by mail, or not at all: what was posted stays. */
const forgottenAfterMs = 24 * 3_600_000

/**
 * With Postgres and Redis away at once two workers may each post the same alert. Only one of the messages goes on telling how it is: once that is
 * known, whoever posted another one takes that away, which nobody would ever edit.
 */
export async function takeBackDoubles({
  db,
  straight,
  discord,
  alertTo: { channelId },
  log,
}: Pick<WorkerContext, 'db' | 'straight' | 'discord' | 'alertTo' | 'log'>): Promise<void> {
  if (channelId === null) return
  for (const { key, messageId, saidAt } of straight.posted()) {
    const shownAs = await readShownAs(db, { key, saidAt, withinMs: sameIncidentMs })
    if (shownAs === null) {
      if (Date.now() - saidAt.getTime() > forgottenAfterMs) straight.settled(messageId)
      continue
    }
    if (shownAs !== messageId) {
      const { outcome } = await discord.deleteChannelMessage(channelId, messageId)
      if (outcome === 'later') continue
      log.info({ incident: key, message: messageId, outcome }, 'another worker tells of this already')
    }
    straight.settled(messageId)
  }
}
