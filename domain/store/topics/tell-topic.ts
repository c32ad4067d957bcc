import type { About, Place, ShownTopic, TopicFacts, TopicSource, TopicState } from '../../contracts/topic.ts'
import { type DefaultPlaces, placesFor } from '../../rules/places-for.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { readNoticeRules } from './read-notice-rules.ts'
import { type Mail, type Mailed, renewTopicNotices, tellPlaces } from './tell-places.ts'

/** What a source told. */
export type News = Omit<About, 'source'> & {
  source: TopicSource
  /** What it is about: told again, its notices are edited. Null: news that stands alone. */
  key: string | null
  state: TopicState
  facts: TopicFacts
  /** Whose token told it. */
  memberId: string | null
  /** Null where the source does not say: as it comes in, by the clock that all processes share. */
  happenedAt: Date | null
  /** Whether one that is over goes on (a pull request that is opened again), or another one begins (an alert that fires again). */
  goesOn: boolean
  /** What is over ends what is open: where nothing is, there is nothing to tell. */
  endsOnly?: boolean
  /** Places of these kinds have it of another topic that is told at the same time: this one is told in none that is new to it. */
  toldElsewhere?: readonly Place['kind'][]
  /** Told again just as it stands, it does not count; only what could not be delivered is tried again. */
  silentIfSame?: boolean
}

type Dated = News & { happenedAt: Date }

/** How a topic is put into a mail. */
export type WordByMail = (topic: ShownTopic) => Mail

export type Telling = { defaults: DefaultPlaces; word: WordByMail }

/** `isSame`: it stood already just as it was told. */
export type Told = { id: string; state: TopicState; count: number; isNew: boolean; isSame: boolean }

/**
 * Tells of a topic in the places that the rules name, or has its notices say how it is now. Null when there is nothing to tell, or
 * nobody to tell it to: no rule wants it, and it was not told before.
 */
export async function tellTopic(tx: Transaction, told: News, telling: Telling): Promise<Told | null> {
  const { key, source } = told
  if (key !== null)
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(:key, 1))', { key: `${source} ${key}` })
  const news = { ...told, happenedAt: told.happenedAt ?? (await readClock(tx)) }
  const before = key === null ? null : await findTopic(tx, news, key)
  if (before?.isSame === true && news.silentIfSame === true) {
    await renewTopicNotices(tx, before.id, { onlyFailed: true })
    return { ...before, isNew: false }
  }
  if (before !== null && (before.state === 'open' || news.goesOn)) return renew(tx, before, news, telling)
  return news.endsOnly === true && news.state === 'resolved' ? null : begin(tx, news, telling)
}

/** Later than whatever was told under the same lock, whichever process asks. */
async function readClock(tx: Transaction): Promise<Date> {
  const [clock] = await rows<{ now: Date }>(tx, 'select clock_timestamp() as now')
  if (!clock) throw new Error('Postgres did not say what time it is')
  return clock.now
}

type Before = Pick<News, 'event' | 'severity' | 'state'> & {
  id: string
  count: number
  beganAt: Date
  mailed: Mailed[]
  /** Whether it is told already just as the news has it. */
  isSame: boolean
}

/** The newest topic of this key. */
async function findTopic(
  tx: Transaction,
  { source, event, severity, state, facts }: News,
  key: string,
): Promise<Before | null> {
  const [found] = await rows<Before>(
    tx,
    `select id, event, severity, state, count, began_at, mailed,
       (event, severity, state, facts) = (:event, :severity, :state, :facts::jsonb) as is_same
     from topic where source = :source and key = :key order by began_at desc limit 1 for update`,
    { source, key, event, severity, state, facts: JSON.stringify(facts) },
  )
  return found ?? null
}

async function begin(tx: Transaction, news: Dated, telling: Telling): Promise<Told | null> {
  const { places } = placesFor(await readNoticeRules(tx), news, telling.defaults)
  if (places.length === 0) return null
  const id = newId()
  const { source, event, key, severity, state, facts, memberId, happenedAt } = news
  await rows(
    tx,
    `insert into topic (id, source, event, key, severity, state, facts, member_id, happened_at, began_at, last_at)
     select :id, :source, :event, :key, :severity, :state, :facts, :memberId, :happenedAt, clock.now, clock.now
     from (select clock_timestamp() as now) as clock`,
    { id, source, event, key, severity, state, facts: JSON.stringify(facts), memberId, happenedAt },
  )
  await tellPlaces(
    tx,
    { id, memberId, mailed: [] },
    {
      places: fitting(places, news),
      now: { event, severity, calls: mayMention(news), ends: false },
      word: () => telling.word({ ...news, count: 1, beganAt: happenedAt }),
    },
  )
  return { id, state, count: 1, isNew: true, isSame: false }
}

/** Where it may be told anew; whom it may ping there. */
const fitting = (places: readonly Place[], news: News): Place[] =>
  places
    .filter(({ kind }) => news.toldElsewhere?.includes(kind) !== true)
    .map((place) => (mayMention(news) ? place : { ...place, mention: null }))

/** Only what is critical and lasts pings anyone. */
const mayMention = ({ severity, state }: Pick<News, 'severity' | 'state'>): boolean =>
  severity === 'critical' && state === 'open'

/** What happened before what is shown already changes nothing. */
async function renew(tx: Transaction, before: Before, news: Dated, telling: Telling): Promise<Told> {
  const { id } = before
  const { event, severity, state, facts, memberId, happenedAt } = news
  const [after] = await rows<{ count: number; mailed: Mailed[] }>(
    tx,
    `update topic set event = :event, severity = :severity, state = :state, facts = :facts, happened_at = :happenedAt,
       count = count + 1, revision = revision + 1, last_at = clock_timestamp(),
       -- It begins again for those who read that it was over.
       mailed = case when state = 'resolved' and :state = 'open' then '[]' else mailed end
     where id = :id and happened_at <= :happenedAt returning count, mailed`,
    { id, event, severity, state, facts: JSON.stringify(facts), happenedAt },
  )
  if (!after) return { ...before, isNew: false }
  const { count, mailed } = after
  await renewTopicNotices(tx, id)
  const calls = mayMention(news) && !mayMention(before)
  await tellPlaces(
    tx,
    { id, memberId, mailed },
    {
      places: fitting(await placesNow(tx, news, { calls, defaults: telling.defaults }), news),
      now: { event, severity, calls, ends: before.state === 'open' && state === 'resolved' },
      word: () => telling.word({ ...news, count, beganAt: before.beganAt }),
    },
  )
  return { id, state, count, isNew: false, isSame: false }
}

/**
 * Where it is to be told by now. What no rule asks for stays where it is shown; the default place hears only of what becomes critical,
 * since that must be told somewhere.
 */
async function placesNow(
  tx: Transaction,
  news: News,
  { calls, defaults }: { calls: boolean; defaults: DefaultPlaces },
): Promise<Place[]> {
  const { places, rules } = placesFor(await readNoticeRules(tx), news, defaults)
  return rules.length > 0 || calls ? places : []
}
