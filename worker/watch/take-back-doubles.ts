import { readShownAs } from '../../domain/store/read-shown-as.ts'
import type { WorkerContext } from '../context.ts'
import { sameIncidentMs } from '../deliver/straight-alerts.ts'

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
    const shownAs = await readShownAs(db, { key, channelId, saidAt, withinMs: sameIncidentMs })
    if (shownAs === null) continue
    if (shownAs !== messageId) {
      const { outcome } = await discord.deleteChannelMessage(channelId, messageId)
      if (outcome === 'later') continue
      log.info({ incident: key, message: messageId, outcome }, 'another worker tells of this already')
    }
    straight.settled(key)
  }
}
