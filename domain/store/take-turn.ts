import { type Database, rows } from './database.ts'
import { newId } from './new-id.ts'

/** What only one process may do at a time. `keep` says whether it is still ours, and makes it ours for longer. */
export type Turn = { keep: () => Promise<boolean>; giveBack: () => Promise<void> }

/** Takes a named turn for `ttlMs`, or gives null while somebody else has it. A dead holder's turn runs out by itself. */
export async function takeTurn(db: Database, name: string, ttlMs: number): Promise<Turn | null> {
  const token = newId()
  const bindings = { name, token, ttlS: ttlMs / 1000 }
  const taken = await rows(
    db,
    `insert into turn (name, token, until) values (:name, :token, now() + make_interval(secs => :ttlS))
     on conflict (name) do update set token = excluded.token, until = excluded.until where turn.until < now()
     returning name`,
    bindings,
  )
  if (taken.length === 0) return null
  return {
    keep: async () => {
      const kept = await rows(
        db,
        'update turn set until = now() + make_interval(secs => :ttlS) where name = :name and token = :token returning name',
        bindings,
      )
      return kept.length === 1
    },
    giveBack: async () => {
      await rows(db, 'delete from turn where name = :name and token = :token', bindings)
    },
  }
}

/** What the names of turns say after this beginning, whose holders died, or could not give them back. */
export async function readAbandonedTurns(db: Database, beginning: string): Promise<string[]> {
  const found = await rows<{ rest: string }>(
    db,
    `select substr(name, length(:beginning) + 1) as rest from turn where starts_with(name, :beginning) and until < now()`,
    { beginning },
  )
  return found.map(({ rest }) => rest)
}
