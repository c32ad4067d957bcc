import { type Database, rows } from '../database.ts'
import { originIn, writeAudit } from '../audit/write-audit.ts'

type RefusedLogin = {
  /** Whose password was tried; null when the name was nobody's. */
  entryUuid: string | null
  address: string
  outcome: 'wrong_password' | 'unknown_member' | 'limited' | 'directory_away'
  requestId: string | null
}

/** Records a password that opened nothing: by id whose it should have been, if they are known here. */
export async function recordRefusedLogin(db: Database, refused: RefusedLogin): Promise<void> {
  const [member] = await rows<{ id: string }>(db, 'select id from member where entry_uuid = :entryUuid', {
    entryUuid: refused.entryUuid,
  })
  await writeAudit(db, [
    {
      actorKind: 'member',
      actorId: null,
      event: 'login.refused',
      subjectKind: 'member',
      subjectId: member?.id ?? 'unknown',
      via: 'web',
      outcome: refused.outcome,
      ...originIn(refused),
    },
  ])
}
