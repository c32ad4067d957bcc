import type { Change, ChangeAction } from '../../domain/contracts/change.ts'
import { proofLine } from '../../texts/outcome.ts'
import { ApiRefusal } from '../call-api.ts'
import { changeReply } from './change-reply.ts'
import { followChanges } from './follow-changes.ts'
import { harmless } from '../discord/harmless-text.ts'
import { listRefusalText } from '../refusal-reply.ts'
import type { Turn } from '../turn.ts'

/** `/subscribe` and `/unsubscribe`: asks the API, and stays with the change until the member knows how it went. */
export async function wishForList(turn: Turn, action: ChangeAction, list: string): Promise<void> {
  const wish = await ask(turn, action, list)
  turn.lists.forget(turn.user.id)
  if (wish === null) return
  if (!wish.fresh && wish.change.state === 'applied')
    return turn.reply({ content: standingText(turn, wish.change), components: [] })
  await followChanges(turn, [wish.change], ([change = wish.change], stage) =>
    changeReply(turn.t, change, stage),
  )
}

/** Null when the list can't be changed as wished; the member has been told why. */
async function ask(
  turn: Turn,
  action: ChangeAction,
  list: string,
): Promise<{ change: Change; fresh: boolean } | null> {
  try {
    return await turn.api.wish(action, list)
  } catch (error) {
    const text = error instanceof ApiRefusal ? listRefusalText(turn.t, error, list) : undefined
    if (!(error instanceof ApiRefusal) || text === undefined) throw error
    const more = error.code === 'NOT_FOUND' ? await suggestion(turn, list) : ''
    await turn.reply({ content: text + more, components: [] })
    return null
  }
}

/** Lists that the member may have meant. A help only: without an answer the sentence stands alone. */
async function suggestion(turn: Turn, list: string): Promise<string> {
  try {
    const found = await turn.api.findLists(list.slice(0, 100), 3)
    const names = found.map(({ name }) => `**${harmless(name)}**`).join(turn.t('names.between'))
    return names === '' ? '' : `\n${turn.t('refused.didYouMean', { names })}`
  } catch (error) {
    turn.log.warn({ err: error }, 'no suggestion for a list that does not exist')
    return ''
  }
}

function standingText({ t }: Turn, change: Change): string {
  const { action, list, proof } = change
  const found = { ...change, proof: proof && { ...proof, how: 'found' as const } }
  return [t(`already.${action}`, { list }), proofLine(t, found)].filter((line) => line !== '').join('\n')
}
