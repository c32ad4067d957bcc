import type { OwnNotice, OwnNoticeRequest } from '../../contracts/own-notice.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { wellFormed } from '../../rules/well-formed.ts'
import { type DatabaseOrTransaction, rows, type Transaction } from '../database.ts'
import { type Telling, tellTopic } from './tell-topic.ts'

type Sending = {
  memberId: string
  tokenId: string
  request: OwnNoticeRequest
  telling: Telling
}

/**
 * Tells what a member's program says. What has the same key as an earlier notice of theirs that is open edits that one, and ends it when it
 * is resolved.
 * @throws {Refusal} PERMISSION_DENIED (MENTION_NOT_GRANTED), NOT_AUTHENTICATED when the token was taken back meanwhile.
 */
export async function sendOwnNotice(
  tx: Transaction,
  { memberId, tokenId, request, telling }: Sending,
): Promise<OwnNotice> {
  const { severity, key, fields = [], url = null, state = 'open' } = request
  const { token, username, mayMention } = await findAuthor(tx, tokenId)
  if (severity === 'critical' && !mayMention) throw mentionNotGranted(username)
  const title = wellFormed(request.title)
  const facts = {
    kind: 'own-notice' as const,
    title,
    text: wellFormed(request.text),
    fields: fields.map(({ name, value }) => ({ name: wellFormed(name), value: wellFormed(value) })),
    url,
    by: { token, username },
  }
  const told = await tellTopic(
    tx,
    {
      source: 'api',
      event: `notice.${state}`,
      repository: null,
      branch: null,
      severity,
      isNews: true,
      key: key === undefined ? null : keyOf(memberId, key),
      state,
      facts,
      memberId,
      happenedAt: null,
      goesOn: false,
      endsOnly: key !== undefined,
    },
    telling,
  )
  const notice = told === null ? null : await readOwnNotice(tx, { noticeId: told.id, memberId })
  return (
    notice ?? {
      id: null,
      key: key?.toWellFormed() ?? null,
      title,
      severity,
      state,
      count: 0,
      createdAt: null,
      updatedAt: null,
    }
  )
}

/** A notice that this member's programs sent; null where there is none. */
export async function readOwnNotice(
  db: DatabaseOrTransaction,
  { noticeId, memberId }: { noticeId: string; memberId: string },
): Promise<(OwnNotice & { id: string }) | null> {
  const [found] = await rows<OwnNotice & { id: string; createdAt: Date; updatedAt: Date }>(
    db,
    `select id, key, facts ->> 'title' as title, severity, state, count, began_at as created_at, last_at as updated_at
     from topic where id = :noticeId and source = 'api' and member_id = :memberId`,
    { noticeId, memberId },
  )
  if (!found) return null
  const { key, createdAt, updatedAt, ...notice } = found
  return {
    ...notice,
    key: key === null ? null : key.slice(keyOf(memberId, '').length),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

/** Everybody has keys of their own. */
const keyOf = (memberId: string, key: string): string => `${memberId} ${key}`

type Author = { token: string; username: string; mayMention: boolean }

/** Whose program it is. Whoever is being forgotten is waited for: then the token is gone. */
async function findAuthor(tx: Transaction, tokenId: string): Promise<Author> {
  const [author] = await rows<Author>(
    tx,
    `select t.name as token, m.uid as username, m.mentions_allowed or m.is_admin as may_mention
     from api_token t join member m on m.id = t.member_id where t.id = :tokenId for key share`,
    { tokenId },
  )
  if (author) return { ...author, token: wellFormed(author.token) }
  throw new Refusal('NOT_AUTHENTICATED', 'This token is not valid any more. Make a new one.')
}

const mentionNotGranted = (username: string): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    `A critical notice may mention people, and nobody has allowed you that. Send it as a warning, or ask an admin for it, who says /notices allow in Discord, or PUT /api/v1/admin/members/${encodeURIComponent(username)}/mentions.`,
    { reason: 'MENTION_NOT_GRANTED' },
  )
