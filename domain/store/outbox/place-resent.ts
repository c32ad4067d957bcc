import type { TopicSource, TopicState, About } from '../../contracts/topic.ts'
import { type DefaultPlaces, placesFor } from '../../rules/places-for.ts'
import { rows, type Transaction } from '../database.ts'
import { readNoticeRules } from '../topics/read-notice-rules.ts'

type Lost = Pick<About, 'event' | 'repository' | 'branch' | 'severity'> & {
  id: string
  source: TopicSource
  state: TopicState
}

/**
 * Of notices that nobody has seen, those whose channel no rule names any more, nor is it a default place: they go to the first channel that the
 * rules of now name and that does not tell of their topic yet, or stay. Gives where the moved ones go.
 */
export async function placeResent(
  tx: Transaction,
  ids: readonly string[],
  defaults: DefaultPlaces,
): Promise<Map<string, string>> {
  const { alertChannelId, workflowChannelId } = defaults
  const lost = await rows<Lost>(
    tx,
    `select n.id, t.source, t.event, t.severity, t.state, t.facts ->> 'repository' as repository, coalesce(t.facts ->> 'branch', t.facts ->> 'into') as branch
     from notice n join topic t on t.id = n.topic_id
     where n.id = any(:ids::uuid[]) and n.message_id is null and n.destination_id <> all(:known::text[])
       and not exists (select 1 from notice_rule where place_kind = 'channel' and place_id = n.destination_id)
     order by n.position`,
    { ids: [...ids], known: [alertChannelId, workflowChannelId].filter((id) => id !== null) },
  )
  const moved = new Map<string, string>()
  if (lost.length === 0) return moved
  const rules = await readNoticeRules(tx)
  for (const { id, state, ...about } of lost) {
    // It was to be told, so somebody asked for it.
    const { places } = placesFor(rules, { ...about, isNews: true }, defaults)
    const calls = about.severity === 'critical' && state === 'open'
    for (const { kind, id: channelId, mention } of places) {
      if (kind !== 'channel' || moved.has(id)) continue
      if (await move(tx, id, { channelId, mention: calls ? mention : null })) moved.set(id, channelId)
    }
  }
  return moved
}

async function move(
  tx: Transaction,
  id: string,
  { channelId, mention }: { channelId: string; mention: string | null },
): Promise<boolean> {
  const moved = await rows(
    tx,
    `update notice n set destination_id = :channelId, mention = :mention, doubtful_since = null, body = n.body - 'tried' - 'refusedSince'
     where n.id = :id and not exists (
       select 1 from notice other where other.topic_id = n.topic_id and other.destination_kind = 'channel' and other.destination_id = :channelId)
     returning 1`,
    { id, channelId, mention },
  )
  return moved.length > 0
}
