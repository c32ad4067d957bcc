import { Refusal } from '../../contracts/refusal.ts'
import type { LinkMethod } from '../../rules/link-rights.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { memberNotFound } from '../members/find-member.ts'

/** Somebody's user name, and the Discord account that shall be theirs. */
export type Pair = { username: string; discordUserId: string }

export type Verdict =
  | { kind: 'good'; memberId: string; uid: string }
  /** The two are linked already. A link by mail or import carries no rights of admins or owners. */
  | { kind: 'standing'; uid: string; method: LinkMethod }
  | { kind: 'refused'; refusal: Refusal }

type Found = {
  username: string
  id: string
  uid: string
  present: boolean
  account: string | null
  method: LinkMethod | null
}

/**
 * Whether each of these pairs can be linked, in the order in which they came. Refused with VALIDATION_ERROR
 * (DISCORD_USER_INVALID), NOT_FOUND (MEMBER_NOT_FOUND) or CONFLICT (MEMBER_GONE, USERNAME_SHARED, ALREADY_LINKED, PERSON_LINKED).
 */
export async function judgePairs(db: DatabaseOrTransaction, pairs: readonly Pair[]): Promise<Verdict[]> {
  const members = await findMembers(db, pairs)
  const linked = await findLinkedAccounts(db, pairs)
  return pairs.map((pair) => judge(pair, members.get(pair.username) ?? [], linked.get(pair.discordUserId)))
}

function judge(
  { username, discordUserId }: Pair,
  found: readonly Found[],
  linkedTo: string | undefined,
): Verdict {
  if (!/^[0-9]{17,20}$/.test(discordUserId))
    return refused(
      'VALIDATION_ERROR',
      'DISCORD_USER_INVALID',
      `“${discordUserId}” is no Discord account: its id has 17 to 20 digits.`,
    )
  const present = found.filter((one) => one.present)
  const [member] = present
  if (!member)
    return found.length === 0
      ? { kind: 'refused', refusal: memberNotFound(username) }
      : refused('CONFLICT', 'MEMBER_GONE', `${username} is not in the directory any more.`)
  if (present.length > 1)
    return refused(
      'CONFLICT',
      'USERNAME_SHARED',
      `Two people in the directory have the user name ${username}.`,
    )
  const { id: memberId, uid, account, method } = member
  if (account === discordUserId && method !== null) return { kind: 'standing', uid, method }
  if (linkedTo !== undefined)
    return refused(
      'CONFLICT',
      'ALREADY_LINKED',
      `The account ${discordUserId} is linked to ${linkedTo} already.`,
    )
  if (account !== null)
    return refused('CONFLICT', 'PERSON_LINKED', `${uid} is linked to the account ${account} already.`)
  return { kind: 'good', memberId, uid }
}

function refused(code: 'VALIDATION_ERROR' | 'CONFLICT', reason: string, message: string): Verdict {
  return { kind: 'refused', refusal: new Refusal(code, message, { reason }) }
}

/** By the user name as it was given: all who have it, whatever its case, the gone ones too. */
async function findMembers(db: DatabaseOrTransaction, pairs: readonly Pair[]): Promise<Map<string, Found[]>> {
  // Postgres takes no NUL, and no user name has one.
  const usernames = [...new Set(pairs.map(({ username }) => username))].filter((one) => !one.includes('\0'))
  const found = await rows<Found>(
    db,
    `select given.username, m.id, m.uid, m.state = 'present' as present, l.discord_user_id as account, l.method
     from unnest(:usernames::text[]) as given (username)
     join member m on lower(m.uid) = lower(given.username)
     left join discord_link l on l.member_id = m.id and l.unlinked_at is null`,
    { usernames },
  )
  return Map.groupBy(found, ({ username }) => username)
}

async function findLinkedAccounts(
  db: DatabaseOrTransaction,
  pairs: readonly Pair[],
): Promise<Map<string, string>> {
  const accounts = pairs.map(({ discordUserId }) => discordUserId).filter((one) => !one.includes('\0'))
  const found = await rows<{ account: string; uid: string }>(
    db,
    `select l.discord_user_id as account, m.uid from discord_link l join member m on m.id = l.member_id
     where l.discord_user_id = any(:accounts::text[]) and l.unlinked_at is null`,
    { accounts },
  )
  return new Map(found.map(({ account, uid }) => [account, uid]))
}
