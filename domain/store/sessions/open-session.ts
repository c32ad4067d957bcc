import { randomBytes } from 'node:crypto'
import { shortAddress } from '../../rules/short-address.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { newId } from '../new-id.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'
import { type EndedSession, recordEnded } from './record-ended.ts'

type Opening = {
  memberId: string
  /** The client's address; only its network is kept. */
  address: string
  /** What the browser calls itself. */
  agent: string
  days: number
  /** The session that the browser had before: it ends with this, so that nobody who knew it is signed in now. */
  instead: string | null
  requestId: string | null
}

/** How many sessions one member may have; the oldest end when there would be more. */
const mostSessions = 50

/**
 * Opens a session, while the member's row is locked, so that two that are opened at once are counted one after the other. Its
 * secret is given back only here, its hash is kept.
 */
export async function openSession(
  tx: Transaction,
  opening: Opening,
): Promise<{ id: string; secret: string; csrfSecret: string }> {
  const { memberId, instead } = opening
  const origin = originIn(opening)
  if (instead !== null) await endReplaced(tx, { secret: instead, ...origin })
  const id = newId()
  const secret = randomBytes(32).toString('base64url')
  const csrfSecret = randomBytes(18).toString('base64url')
  const address = shortAddress(opening.address)
  await rows(
    tx,
    `insert into session (id, token_hash, csrf_secret, member_id, address, agent, expires_at)
     values (:id, :tokenHash, :csrfSecret, :memberId, :address, :agent, now() + make_interval(days => :days))`,
    {
      id,
      tokenHash: hashOf(secret),
      csrfSecret,
      memberId,
      address,
      agent: opening.agent.slice(0, 200),
      days: opening.days,
    },
  )
  await endOldest(tx, { memberId, newestId: id, ...origin })
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'session.opened',
      subjectKind: 'session',
      subjectId: id,
      via: 'web',
      outcome: 'accepted',
      ...origin,
    },
  ])
  return { id, secret, csrfSecret }
}

/** Whoever's it was: nobody who knew it is signed in by it any more. */
async function endReplaced(
  tx: Transaction,
  { secret, ...origin }: { secret: string } & Origin,
): Promise<void> {
  const ended = await rows<EndedSession>(
    tx,
    'delete from session where token_hash = :tokenHash returning id, member_id',
    { tokenHash: hashOf(secret) },
  )
  await recordEnded(tx, ended, { outcome: 'replaced', ...origin })
}

async function endOldest(
  tx: Transaction,
  { memberId, newestId, ...origin }: { memberId: string; newestId: string } & Origin,
): Promise<void> {
  const ended = await rows<EndedSession>(
    tx,
    `delete from session where id in (
       select id from session where member_id = :memberId and expires_at > now() and id <> :newestId
       order by created_at desc, id desc offset :others) returning id, member_id`,
    { memberId, newestId, others: mostSessions - 1 },
  )
  await recordEnded(tx, ended, { outcome: 'too_many', ...origin })
}
