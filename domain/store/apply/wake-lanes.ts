import { type Database, rows } from '../database.ts'
import { isDueList } from './due-list.ts'

/** A wake that was won but never became a job is won again after this long. */
const wakeExpiresS = 10

/** True for the one worker that may start the lane's job: at most one job a lane waits, however many changes there are. */
export async function winWake(db: Database, lane: number): Promise<boolean> {
  const won = await rows(
    db,
    `update lane set wake_at = now() where number = :lane
       and (wake_at is null or wake_at < now() - make_interval(secs => :wakeExpiresS)) returning number`,
    { lane, wakeExpiresS },
  )
  return won.length === 1
}

/** The lane's job starts: whatever is queued from now on may wake another. */
export async function clearWake(db: Database, lane: number): Promise<void> {
  await rows(db, 'update lane set wake_at = null where number = :lane', { lane })
}

/** The lanes with a list that is due and that no worker holds. */
export async function dueLanes(db: Database, { observeOnly }: { observeOnly: boolean }): Promise<number[]> {
  const due = await rows<{ lane: number }>(db, `select distinct l.lane from list l where ${isDueList}`, {
    observeOnly,
  })
  return due.map((row) => row.lane)
}
