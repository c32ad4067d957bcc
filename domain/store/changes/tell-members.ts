import type { News } from '../../contracts/notification.ts'
import type { Words } from '../../contracts/notice.ts'
import { worthTelling } from '../../rules/worth-telling.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { type NewsReader, queueNews, readerLocale } from './queue-news.ts'
import { type Happened, readNews, untoldChange, untoldDrift } from './read-news.ts'

/** How news are put to somebody; who has no Discord account linked can't use commands yet. */
export type WordNews = (news: readonly News[], to: { locale: string; isLinked: boolean }) => Words

type Reader = NewsReader & { locale: string; muted: string[] }

/** Until then the bot may be about to tell it, and more may come that belongs to it. */
const afterS = 60
/** Members at a time, and how often in a row: the next look takes the rest. */
const atOnce = 100
const timesAtMost = 50

/**
 * Tells members what happened to them and what they have not been shown: all of one member in one direct message, or by mail where no account
 * is linked. Without an address there is nobody to tell. What another tool did is not told while we only observe, nor after a day.
 * Gives how many were told.
 */
export async function tellMembers(
  db: Database,
  word: WordNews,
  { observeOnly = false }: { observeOnly?: boolean } = {},
): Promise<number> {
  await rows(db, passOverDrifts, { observeOnly })
  let told = 0
  for (let times = 0; times < timesAtMost; times += 1) {
    const some = await db.transaction((tx) => tellSome(tx, word))
    told += some.told
    if (some.looked === 0) break
  }
  return told
}

/** In their order, as by another worker who tells of them meanwhile. */
const passOverDrifts = `
  with passed as (
    select x.drift_id, x.member_id from drift_member x join drift d on d.id = x.drift_id
    where x.untold and (:observeOnly or d.at < now() - interval '1 day')
    order by x.drift_id, x.member_id for no key update of x)
  update drift_member x set untold = false from passed
  where x.drift_id = passed.drift_id and x.member_id = passed.member_id`

async function tellSome(tx: Transaction, word: WordNews): Promise<{ looked: number; told: number }> {
  const readers = await lockReaders(tx)
  const memberIds = readers.map(({ id }) => id)
  if (memberIds.length === 0) return { looked: 0, told: 0 }
  const happened = Map.groupBy(
    await readNews(tx, { memberIds, ownAfterS: afterS }),
    ({ memberId }) => memberId,
  )
  let told = 0
  for (const reader of readers) if (await tell(tx, reader, happened.get(reader.id) ?? [], word)) told += 1
  await markAllTold(tx, [...happened.values()].flat())
  return { looked: readers.length, told }
}

/** Those who are to hear something by now. Who is being told by somebody else, or forgotten, is left out. */
const lockReaders = (tx: Transaction): Promise<Reader[]> =>
  rows(
    tx,
    `select m.id, m.muted, m.mails[1] as address, k.discord_user_id, ${readerLocale} as locale
     from member m left join discord_link k on k.member_id = m.id and k.unlinked_at is null
     where m.id in (
       (select c.member_id from change c where ${untoldChange} and c.ended_at < now() - make_interval(secs => :afterS)
        order by c.ended_at limit :atOnce)
       union
       (select x.member_id from drift_member x join drift d on d.id = x.drift_id
        where ${untoldDrift} and d.at < now() - make_interval(secs => :afterS) limit :atOnce))
     order by m.id limit :atOnce for no key update of m skip locked`,
    { afterS, atOnce },
  )

/** True when there was something to tell, and a way to. */
async function tell(
  tx: Transaction,
  reader: Reader,
  happened: readonly Happened[],
  word: WordNews,
): Promise<boolean> {
  const news = worthTelling(
    happened.flatMap((one) => one.news ?? []),
    reader.muted,
  )
  const [first] = happened
  if (news.length === 0 || !first) return false
  const words = word(news, { locale: reader.locale, isLinked: reader.discordUserId !== null })
  const key = `told:${first.changeId ?? `${first.driftId} ${reader.id}`}`
  return queueNews(tx, reader, { kind: 'change-ended', key }, words)
}

async function markAllTold(tx: Transaction, happened: readonly Happened[]): Promise<void> {
  const changeIds = happened.flatMap(({ changeId }) => changeId ?? [])
  if (changeIds.length > 0)
    await rows(tx, 'update change set told_at = now() where id = any(:changeIds::uuid[])', { changeIds })
  const drifted = happened.filter(({ driftId }) => driftId !== null)
  if (drifted.length > 0)
    await rows(
      tx,
      `update drift_member x set untold = false from unnest(:driftIds::uuid[], :memberIds::uuid[]) as t (drift_id, member_id)
       where x.drift_id = t.drift_id and x.member_id = t.member_id`,
      {
        driftIds: drifted.map(({ driftId }) => driftId),
        memberIds: drifted.map(({ memberId }) => memberId),
      },
    )
}
