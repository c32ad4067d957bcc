import type { ChangeState } from '../../domain/contracts/change.ts'
import { transitions } from '../../domain/rules/change-states.ts'
import { type Database, rows } from '../../domain/store/database.ts'

/** From here on the database itself notes each way that a change goes from one state to another, however short it stays there. */
export async function watchMoves(db: Database): Promise<void> {
  await rows(db, 'create table seen_move ("from" text, "to" text, primary key ("from", "to"))')
  await rows(
    db,
    `create function note_move() returns trigger language plpgsql as $$ begin
       insert into seen_move values (old.state, new.state) on conflict do nothing;
       return null;
     end $$`,
  )
  await rows(
    db,
    `create trigger note_move after update on change for each row
     when (old.state is distinct from new.state) execute function note_move()`,
  )
}

/** Those since it was asked last that are not in the table of states. */
export async function unknownMoves(db: Database): Promise<string[]> {
  const moves = await rows<{ from: ChangeState; to: ChangeState }>(
    db,
    'delete from seen_move returning "from", "to"',
  )
  return moves
    .filter(({ from, to }) => !transitions[from].includes(to))
    .map(({ from, to }) => `a change went from ${from} to ${to}`)
}
