import type { FeedBase } from '../../contracts/feed.ts'
import { type Database, rows } from '../database.ts'

/** How what changes in the directory is noticed; `full`: by reading it all again and again. */
export type FeedMode = 'syncrepl' | 'version' | 'time' | 'full'

/**
 * Says how this base is followed from now on, and gives the cookie with which to go on: none where it was followed in
 * another way before.
 */
export async function openFeed(db: Database, base: FeedBase, mode: FeedMode): Promise<string | null> {
  const [feed] = await rows<{ cookie: string | null }>(
    db,
    `insert into feed (base, mode) values (:base, :mode)
     on conflict (base) do update set mode = excluded.mode,
       cookie = case when feed.mode = excluded.mode then feed.cookie end,
       confirmed_at = case when excluded.mode <> 'full' then feed.confirmed_at end
     returning cookie`,
    { base, mode },
  )
  return feed?.cookie ?? null
}

/**
 * Stores the cookie that stands for what the mirror has by now, in the place of the one that was there before. False when
 * another one is there: somebody else consumes the feed.
 */
export async function storeCookie(
  db: Database,
  { base, from, to }: { base: FeedBase; from: string | null; to: string | null },
): Promise<boolean> {
  const stored = await rows(
    db,
    'update feed set cookie = :to where base = :base and cookie is not distinct from :from::text returning base',
    { base, from, to },
  )
  return stored.length === 1
}

/** The mirror had all that the directory had, `agoS` seconds ago. */
export async function confirmFeeds(db: Database, agoS: number): Promise<void> {
  await rows(
    db,
    `update feed set confirmed_at = greatest(confirmed_at, now() - make_interval(secs => :agoS)) where mode <> 'full'`,
    { agoS },
  )
}

/** Seconds since both feeds were last confirmed; null where none is alive. */
export async function feedAgeS(db: Database): Promise<number | null> {
  const [found] = await rows<{ ageS: number | null }>(
    db,
    `select case when count(confirmed_at) = 2 then extract(epoch from now() - min(confirmed_at))::float8 end as age_s
     from feed`,
  )
  return found?.ageS ?? null
}
