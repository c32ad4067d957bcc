import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { hashOfCode, newLinkCode } from './link-secrets.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Proof = {
  attemptId: string
  /** The secret in the cookie of the browser that sent the form. */
  browserSecret: string
  /** Who bound to the directory with their own password. */
  entryUuid: string
} & Origin

export type Proven =
  /** `isLinked`: another account acts for them now, so the code only leads to the question whether the link may move. */
  | { kind: 'proven'; code: string; displayName: string; isLinked: boolean }
  /** The person is in the directory but not yet (or no longer) in the mirror. */
  | { kind: 'unknown-person' }
  | { kind: 'account-linked' }
  /** Over, or begun in another browser. */
  | { kind: 'not-open' }

type Signed = { id: string; displayName: string; isLinked: boolean }

type Row = {
  discordUserId: string
  accountLinked: boolean
}

/**
 * Records whose password was typed and makes the code that goes back to Discord: ten minutes, five tries. The same browser
 * may do it again (a double click sends the form twice): the newest code counts, tries stay used up.
 */
export async function proveLink(tx: Transaction, proof: Proof): Promise<Proven> {
  // The person before the attempt, as when they are forgotten: else each could wait for the other.
  const [member] = await rows<Signed>(
    tx,
    `select m.id, m.display_name, exists (select 1 from discord_link l
       where l.member_id = m.id and l.unlinked_at is null) as is_linked
     from member m where m.entry_uuid = :entryUuid and m.state = 'present' for share of m`,
    { entryUuid: proof.entryUuid },
  )
  const proven = await prove(tx, proof, member ?? null)
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: member?.id ?? null,
      event: proven.kind === 'proven' ? 'link.proven' : 'link.refused',
      subjectKind: 'link_attempt',
      subjectId: proof.attemptId,
      via: 'web',
      outcome: outcomes[proven.kind],
      ...originIn(proof),
    },
  ])
  return proven
}

const outcomes = {
  proven: 'proven',
  'unknown-person': 'unknown_member',
  'account-linked': 'account_linked',
  'not-open': 'over',
} as const satisfies Record<Proven['kind'], string>

async function prove(tx: Transaction, proof: Proof, member: Signed | null): Promise<Proven> {
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
  if (member === null) return { kind: 'unknown-person' }
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
  return { kind: 'proven', code, displayName: member.displayName, isLinked: member.isLinked }
}
