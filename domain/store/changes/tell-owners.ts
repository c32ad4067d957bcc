import type { AskedNews } from '../../contracts/notification.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { type NewsReader, queueNews, readerLocale } from './queue-news.ts'
import type { WordNews } from './tell-members.ts'
import { isAsking } from './waiting-requests.ts'

/** Until then the request may be taken back or decided, and more may come that belong into the same message. */
const afterS = 60
/** Requests at a time, and how often in a row: the next look takes the rest. */
const atOnce = 1000
const timesAtMost = 10

/**
 * Tells the owners of lists who asks to join: each owner in one direct message, or by mail where no account is linked, and of each request once.
 * Whoever becomes an owner later has not been told. Gives how many were told.
 * @throws whatever Postgres throws.
 */
export async function tellOwners(db: Database, word: WordNews): Promise<number> {
  let told = 0
  for (let times = 0; times < timesAtMost; times += 1) {
    const some = await db.transaction((tx) => tellSome(tx, word))
    told += some.told
    if (some.looked < atOnce) break
  }
  return told
}

async function tellSome(tx: Transaction, word: WordNews): Promise<{ looked: number; told: number }> {
  const requests = await lockUntold(tx)
  if (requests.length === 0) return { looked: 0, told: 0 }
  const owners = await readOwners(tx, [...new Set(requests.map(({ listId }) => listId))])
  for (const owner of owners) {
    const lists = new Set(owner.listIds)
    const news = requests.flatMap(({ listId, list, member }): AskedNews[] =>
      lists.has(listId) ? [{ about: 'asked', list, member }] : [],
    )
    const words = word(news, { locale: owner.locale, isLinked: owner.discordUserId !== null })
    await queueNews(tx, owner, { kind: 'asked' }, words)
  }
  await rows(tx, 'update change set owners_told_at = now() where id = any(:ids::uuid[])', {
    ids: requests.map(({ id }) => id),
  })
  return { looked: requests.length, told: owners.length }
}

type Untold = { id: string; listId: string; list: string; member: string }

/** What another worker tells at the same time is left out. */
const lockUntold = (tx: Transaction): Promise<Untold[]> =>
  rows<Untold>(
    tx,
    `select c.id, c.list_id, l.name as list, m.uid as member
     from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
     where ${isAsking} and c.owners_told_at is null and c.created_at < now() - make_interval(secs => :afterS)
     order by c.id limit :atOnce for no key update of c skip locked`,
    { afterS, atOnce },
  )

type Owner = NewsReader & { locale: string; listIds: string[] }

/** Those who want to hear of it, whoever made them owners. */
const readOwners = (tx: Transaction, listIds: readonly string[]): Promise<Owner[]> =>
  rows<Owner>(
    tx,
    `select m.id, m.mails[1] as address, k.discord_user_id, owned.list_ids,
       ${readerLocale} as locale
     from (
       select member_id, array_agg(distinct list_id) as list_ids from (
         select m.id as member_id, l.id as list_id from list l join member m on m.dn_key = any(l.owner_keys) where l.id = any(:listIds::uuid[])
         union all
         select o.member_id, o.list_id from list_owner o where o.list_id = any(:listIds::uuid[])) as one
       group by member_id) as owned
     join member m on m.id = owned.member_id and m.state = 'present' and not 'asked' = any(m.muted)
     left join discord_link k on k.member_id = m.id and k.unlinked_at is null
     order by m.id`,
    { listIds },
  )
