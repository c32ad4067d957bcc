import type { ChatInputCommandInteraction } from 'discord.js'
import type { Change, ChangeAction } from '../../../domain/contracts/change.ts'
import { ApiRefusal } from '../../call-api.ts'
import { confirmOutcome, followChanges } from '../../changes/follow-changes.ts'
import { managedChangeReply, standingReply } from '../../changes/managed-change-reply.ts'
import { managingRefusalText } from '../../lists/managing-refusal.ts'
import { takeBack } from '../../changes/take-back.ts'
import type { Press, Turn } from '../../turn.ts'
import { accountMention } from '../whois.ts'
import { readWhom, type Whom } from '../whom.ts'

export const addMember = (turn: Turn, interaction: ChatInputCommandInteraction) =>
  changeMember(turn, interaction, 'subscribe')

export const removeMember = (turn: Turn, interaction: ChatInputCommandInteraction) =>
  changeMember(turn, interaction, 'unsubscribe')

/** Asks for somebody's place on a list, and stays with the change until it is known how it went. */
async function changeMember(
  turn: Turn,
  { options }: ChatInputCommandInteraction,
  action: ChangeAction,
): Promise<void> {
  const list = options.getString('list', true)
  const whom = await readWhom(turn, options)
  if (whom === null) return
  const wish = await askFor(turn, action, { list, ...whom })
  if (wish === null) return
  const { change, fresh } = wish
  turn.lists.forget(whom.account ?? turn.user.id)
  if (!fresh && change.state === 'applied') return turn.reply(standingReply(turn.t, change))
  await followChanges(turn, [change], ([now = change], stage) =>
    managedChangeReply(turn.t, now, { stage, isOwn: fresh }),
  )
}

/** By the user name, or by the account: whose that is, the API knows. */
async function askFor(
  turn: Turn,
  action: ChangeAction,
  { list, account, typed }: { list: string } & Whom,
): Promise<{ change: Change; fresh: boolean } | null> {
  try {
    return await turn.api.wishFor(action, list, account === null ? typed : `@${account}`)
  } catch (error) {
    const content =
      account !== null && isAboutAccount(error)
        ? turn.t('list.whoNotLinked', { account: accountMention(account) })
        : managingRefusalText(turn.t, error, { list, username: typed })
    if (content === undefined) throw error
    await turn.reply({ content, components: [] })
    return null
  }
}

const isAboutAccount = (error: unknown): boolean =>
  error instanceof ApiRefusal && error.reason === 'MEMBER_NOT_FOUND'

/** Takes an order back that nobody has in hand yet. */
export async function withdrawOrder(turn: Turn, { argument }: Press): Promise<void> {
  const change = await takeBack(turn, argument).catch(unlessNotWaiting)
  if (change === null) return turn.reply({ content: turn.t('managed.notWaiting'), components: [] })
  await turn.reply(managedChangeReply(turn.t, change, { stage: 'settled', isOwn: true }))
  await confirmOutcome(turn, argument)
}

/** Null for an order that can't be taken back any more. */
function unlessNotWaiting(error: unknown): null {
  if (error instanceof ApiRefusal && error.reason === 'NOT_WAITING') return null
  throw error
}
