import type { ChangeAction } from '../../contracts/change.ts'
import { Refusal } from '../../contracts/refusal.ts'
import type { RemovalLimit } from '../../rules/removal-limit.ts'
import { rows, type Transaction } from '../database.ts'
import { approveChange, denyChange } from './decide-change.ts'
import { findMember, memberNotFound } from '../members/find-member.ts'
import { type RequestedChange, requestChanges } from './request-changes.ts'
import { type Origin, originIn } from '../audit/write-audit.ts'

type MemberChange = {
  listName: string
  /** Whom it is about: their user name, or `@` and the id of the Discord account that is linked to them. */
  who: string
  action: ChangeAction
  /** The admin or owner who says so. */
  managerId: string
  managerIsAdmin: boolean
  via: 'discord' | 'web' | 'api'
  removalLimit: RemovalLimit
  mirrorMaxAgeS: number
} & Origin

/**
 * Puts somebody on a list, or takes them off, by the word of who manages it: closed or not, and without counting against anybody's
 * limit of requests. Who has asked for it and waits for approval is approved by it; who is not on it and asks to be is turned down by being taken
 * off. Who is behind an account, an owner learns of
 * nobody but who is on their list or comes onto it.
 * @throws {Refusal} NOT_FOUND (MEMBER_NOT_FOUND, MEMBER_GONE, LIST_NOT_FOUND), CONFLICT (USERNAME_SHARED, LIST_DELETING), UNAVAILABLE.
 */
export async function changeListMember(tx: Transaction, change: MemberChange): Promise<RequestedChange> {
  const { listName, action, managerId, via } = change
  const account = accountIn(change.who)
  const member = await (account === null ? findPresent(tx, change.who) : findLinked(tx, account, change))
  const deciding = { memberId: managerId, via, ...originIn(change) }
  const asking = action === 'unsubscribe' ? await findAsking(tx, listName, member.id) : null
  if (asking !== null)
    return { change: await denyChange(tx, { ...deciding, changeId: asking, reason: null }), fresh: false }
  const [requested] = await requestChanges(tx, {
    member,
    requestedBy: { id: managerId },
    managing: true,
    via,
    ...originIn(change),
    wishes: [{ listName, action }],
    seesHidden: true,
    mirrorMaxAgeS: change.mirrorMaxAgeS,
    removalLimit: change.removalLimit,
    spend: async () => {},
  })
  if (!requested) throw new Error('a wish was not answered')
  const { id, state } = requested.change
  if (requested.fresh || id === null || state !== 'awaiting_approval' || action !== 'subscribe')
    return requested
  return { change: await approveChange(tx, { ...deciding, changeId: id }), fresh: true }
}

/** The request of somebody who is not on the list, nor about to be, and wants to be. */
async function findAsking(tx: Transaction, listName: string, memberId: string): Promise<string | null> {
  const [found] = await rows<{ id: string }>(
    tx,
    `select c.id from change c join list l on l.id = c.list_id
     where lower(l.name) = lower(:listName) and l.state <> 'gone' and l.managed and c.member_id = :memberId
       and c.state = 'awaiting_approval' and c.action = 'subscribe' and c.hold_id is null
       and not exists (select 1 from membership s where s.list_id = l.id and s.member_id = c.member_id)
       and not exists (select 1 from change a where a.list_id = l.id and a.member_id = c.member_id and a.state = 'applying')`,
    { listName, memberId },
  )
  return found?.id ?? null
}

/** A user name never begins with @ and consists of digits. */
const accountIn = (who: string): string | null => /^@(\d{17,20})$/.exec(who)?.[1] ?? null

async function findLinked(
  tx: Transaction,
  account: string,
  { listName, action, managerIsAdmin }: MemberChange,
): Promise<{ id: string; uid: string }> {
  const [member] = await rows<{ id: string; uid: string; isOn: boolean }>(
    tx,
    `select m.id, m.uid, exists (
       select 1 from list l where lower(l.name) = lower(:listName) and l.state <> 'gone' and l.managed and (
         exists (select 1 from membership s where s.list_id = l.id and s.member_id = m.id)
         or exists (select 1 from change c where c.list_id = l.id and c.member_id = m.id and c.ended_at is null))) as is_on
     from discord_link k join member m on m.id = k.member_id and m.state = 'present'
     where k.discord_user_id = :account and k.unlinked_at is null`,
    { account, listName },
  )
  if (member && (managerIsAdmin || action === 'subscribe' || member.isOn)) return member
  throw new Refusal(
    'NOT_FOUND',
    action === 'subscribe' || managerIsAdmin
      ? 'This Discord account is not linked to anybody in the directory.'
      : 'Nobody on this list is linked to this Discord account.',
    { reason: 'MEMBER_NOT_FOUND' },
  )
}

/** Who has left the directory is told apart from who never was there. Their user name may be somebody else's by now. */
async function findPresent(tx: Transaction, username: string): Promise<{ id: string; uid: string }> {
  try {
    return await findMember(tx, username)
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.reason !== 'MEMBER_NOT_FOUND') throw refusal
    const [gone] = await rows<{ uid: string }>(
      tx,
      `select uid from member where lower(uid) = lower(:username) and state = 'gone' limit 1`,
      { username },
    )
    if (!gone) throw memberNotFound(username)
    throw new Refusal(
      'NOT_FOUND',
      `${gone.uid} is not in the directory any more, so no list of it can be changed for them.`,
      { reason: 'MEMBER_GONE' },
    )
  }
}
