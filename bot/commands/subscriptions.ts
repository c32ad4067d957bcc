import type { Change } from '../../domain/contracts/change.ts'
import { hasEnded } from '../../domain/rules/change-states.ts'
import { messageLength } from '../../texts/fit.ts'
import { linesWithin } from '../../texts/lines-within.ts'
import { outcomeText } from '../../texts/outcome.ts'
import type { Translate } from '../../texts/translate.ts'
import { ApiAway, ApiRefusal } from '../call-api.ts'
import { changeReply } from '../changes/change-reply.ts'
import { describeCommand } from '../discord/describe-command.ts'
import { confirmOutcome, followChanges, isSettled, type Stage } from '../changes/follow-changes.ts'
import { fitLines } from '../discord/harmless-text.ts'
import { listPage } from '../lists/list-page.ts'
import { listRefusalText, replyForError } from '../refusal-reply.ts'
import { takeBack } from '../changes/take-back.ts'
import type { Command, Press, Reply, Turn } from '../turn.ts'

export const subscriptions: Command = {
  name: 'subscriptions',
  definition: (texts) => describeCommand(texts, 'subscriptions'),
  run: (turn) => show(turn, 0, []),
  controls: {
    show: { kind: 'act', run: (turn) => show(turn, 0, []) },
    page: { kind: 'act', run: (turn, { argument }) => show(turn, pageIn(argument), []) },
    choose: { kind: 'act', run: choose },
    withdraw: { kind: 'act', run: withdraw },
  },
}

async function show(turn: Turn, page: number, news: readonly string[]): Promise<void> {
  await turn.reply(await freshPage(turn, page, news))
}

/** The lists as they are now, below the news. When they can't be read the news stand alone: they are true all the same. */
async function freshPage(turn: Turn, page: number, news: readonly string[]): Promise<Reply> {
  try {
    const lists = await turn.api.subscriptions()
    turn.lists.remember(turn.user.id, lists)
    return listPage(turn.t, lists, page, news)
  } catch (error) {
    if (news.length === 0 || !(error instanceof ApiAway || error instanceof ApiRefusal)) throw error
    turn.log.warn({ err: error }, 'news without the lists')
    return { content: fitLines(news, messageLength) }
  }
}

/** Sends only what is different from what the menu showed, so that a menu that is old undoes nothing. */
async function choose(turn: Turn, press: Press): Promise<void> {
  const page = pageIn(press.argument)
  const difference = differenceIn(press)
  const accepted = Object.keys(difference).length === 0 ? [] : await askFor(turn, difference, page)
  turn.lists.forget(turn.user.id)
  if (accepted === null) return
  await followChanges(turn, accepted, async (changes, stage) => {
    const { news, unread } = newsOf(turn.t, changes, stage)
    return { ...(await freshPage(turn, page, news)), unread }
  })
}

function differenceIn({ chosen, shown }: Press): Record<string, boolean> {
  const now = new Set(chosen)
  return Object.fromEntries(
    shown.filter(({ value, on }) => now.has(value) !== on).map(({ value }) => [value, now.has(value)]),
  )
}

/** Null when nothing was changed; the member has been told why, above the menu as it was. */
async function askFor(
  turn: Turn,
  difference: Record<string, boolean>,
  page: number,
): Promise<readonly Change[] | null> {
  try {
    return await turn.api.wishMany(difference)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code === 'NOT_LINKED') throw error
    await show(turn, page, [severalRefusalText(turn, error, Object.keys(difference))])
    return null
  }
}

function severalRefusalText(turn: Turn, refusal: ApiRefusal, lists: readonly string[]): string {
  const culprit = typeof refusal.details['list'] === 'string' ? refusal.details['list'] : undefined
  const [only] = lists
  const named = culprit ?? (lists.length === 1 ? only : undefined)
  const text = listRefusalText(turn.t, refusal, named ?? '')
  if (text === undefined) return replyForError(turn, refusal).content
  return named === undefined ? turn.t('refused.several') : text
}

/** Leaves room for what is still open in a message of 2,000 characters. */
const outcomesLength = 1_500

/** What became of them; `unread`: those for whose outcome there is no room, which are told by message or mail. */
function newsOf(
  t: Translate,
  changes: readonly Change[],
  stage: Stage,
): { news: string[]; unread: readonly Change[] } {
  if (changes.length === 0) return { news: [t('several.nothing')], unread: [] }
  const ended = changes.filter(({ state }) => hasEnded(state))
  const told = ended.map((change) => outcomeText(t, change))
  const outcomes = told.slice(0, linesWithin(told, outcomesLength))
  const unread = ended.slice(outcomes.length)
  const more = unread.length > 0 ? [t('several.more', { count: unread.length })] : []
  const held = changes.filter((change) => isSettled(change) && !hasEnded(change.state))
  const observed = held.map((change) => changeReply(t, change, stage).content)
  const asked = changes.filter(({ state }) => state === 'awaiting_approval')
  const handedIn = asked.map((change) => changeReply(t, change, stage).content)
  const open = changes.filter((change) => !isSettled(change)).length > asked.length
  const wait = open ? [t(stage === 'leaving' ? 'several.late' : 'several.accepted')] : []
  return { news: [...outcomes, ...more, ...wait, ...handedIn, ...observed], unread }
}

async function withdraw(turn: Turn, { argument }: Press): Promise<void> {
  const change = await takeBack(turn, argument)
  turn.lists.forget(turn.user.id)
  await turn.reply(changeReply(turn.t, change, 'settled'))
  await confirmOutcome(turn, argument)
}

function pageIn(argument: string): number {
  return Number.parseInt(argument, 10) || 0
}
