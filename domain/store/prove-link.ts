import { rows, type Transaction } from './database.ts'
import { hashOf, hashOfCode, newLinkCode } from './link-secrets.ts'
import { writeAudit } from './write-audit.ts'

type Proof = {
  attemptId: string
  /** The secret in the cookie of the browser that sent the form. */
  browserSecret: string
  /** Who bound to the directory with their own password. */
  entryUuid: string
  requestId: string | null
}

export type Proven =
  | { kind: 'proven'; code: string; displayName: string }
  /** The person is in the directory but not yet (or no longer) in the mirror. */
  | { kind: 'unknown-person' }
  | { kind: 'person-linked' }
  | { kind: 'account-linked' }
  /** Over, or begun in another browser. */
  | { kind: 'not-open' }

type Row = {
  discordUserId: string
  accountLinked: boolean
}

/**
 * Records whose password was typed and makes the code that goes back to Discord: ten minutes, five tries. The same browser
 * may do it again (a double click sends the form twice): the newest code counts, tries stay used up.
 */
export async function proveLink(tx: Transaction, proof: Proof): Promise<Proven> {
  const [attempt] = await rows<Row>(
    tx,
    `select discord_user_id, exists (select 1 from discord_link l
       where l.discord_user_id = a.discord_user_id and l.unlinked_at is null) as account_linked
     from link_attempt a
     where id = :attemptId and state in ('open', 'proven') and expires_at > now()
       and (browser_hash is null or browser_hash = :browserHash)
     for update`,
    { attemptId: proof.attemptId, browserHash: hashOf(proof.browserSecret) },
  )
  if (!attempt) return { kind: 'not-open' }
  if (attempt.accountLinked) return { kind: 'account-linked' }
  const [member] = await rows<{ id: string; displayName: string; linked: boolean }>(
    tx,
    `select m.id, m.display_name, exists (select 1 from discord_link l
       where l.member_id = m.id and l.unlinked_at is null) as linked
     from member m where m.entry_uuid = :entryUuid and m.state = 'present'`,
    { entryUuid: proof.entryUuid },
  )
  if (!member) return { kind: 'unknown-person' }
  if (member.linked) return { kind: 'person-linked' }
  const code = newLinkCode()
  await rows(
    tx,
    `update link_attempt set state = 'proven', member_id = :memberId, code_hash = :codeHash,
       browser_hash = :browserHash, expires_at = now() + interval '10 minutes'
     where id = :attemptId`,
    {
      attemptId: proof.attemptId,
      memberId: member.id,
      codeHash: hashOfCode(proof.attemptId, code),
      browserHash: hashOf(proof.browserSecret),
    },
  )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: member.id,
      event: 'link.proven',
      subjectKind: 'link_attempt',
      subjectId: proof.attemptId,
      via: 'web',
      outcome: 'proven',
      requestId: proof.requestId,
    },
  ])
  return { kind: 'proven', code, displayName: member.displayName }
}
