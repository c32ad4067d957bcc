import type { Change } from '../../domain/contracts/change.ts'
import { hasEnded } from '../../domain/rules/change-states.ts'
import { outcomeText } from '../../texts/outcome.ts'
import type { Translate } from '../../texts/translate.ts'
import { button, row } from '../discord/components.ts'
import type { Stage } from './follow-changes.ts'
import { ldifBlock } from '../lists/ldif-block.ts'
import type { Reply } from '../turn.ts'

/** The reply for one change as it is now. */
export function changeReply(t: Translate, change: Change, stage: Stage): Reply {
  return {
    content: changeText(t, change, stage),
    components: withdrawable(change) ? withdrawRow(t, change) : [],
  }
}

function changeText(t: Translate, change: Change, stage: Stage): string {
  const { action, list } = change
  if (hasEnded(change.state)) return outcomeText(t, change)
  // It is so already, but a write that is still under way could change that: nothing stands below.
  if (change.wouldWrite === '') return t(`observe.nothing.${action}`, { list })
  if (change.wouldWrite !== undefined)
    return `${t(`observe.${action}`, { list })}\n${ldifBlock(change.wouldWrite)}`
  if (change.state === 'awaiting_approval') return t(`approval.${action}`, { list })
  return t(stage === 'leaving' ? `late.${action}` : `waiting.${action}`, { list })
}

/** Nobody has it in hand yet, so it can still be taken back. */
export function withdrawable({ state, wouldWrite, maybeSent }: Change): boolean {
  if (state === 'awaiting_approval') return true
  // Where there is nothing to write, only what was sent before is waited for.
  return state === 'queued' && wouldWrite !== undefined && wouldWrite !== '' && maybeSent !== true
}

function withdrawRow(t: Translate, { id }: Change) {
  return id === null ? [] : [row(button(`subscriptions:withdraw:${id}`, t('button.withdraw')))]
}
