import type { Change } from '../../domain/contracts/change.ts'
import { proofLine, whyFailed } from '../../texts/outcome.ts'
import type { Translate } from '../../texts/translate.ts'
import { withdrawable } from './change-reply.ts'
import { button, row } from '../discord/components.ts'
import type { Stage } from './follow-changes.ts'
import { ldifBlock } from '../lists/ldif-block.ts'
import type { Reply, Row } from '../turn.ts'

/** The reply for a change that somebody asked for about somebody else. `isOwn`: they asked, so they may take it back. */
export function managedChangeReply(
  t: Translate,
  change: Change,
  { stage, isOwn }: { stage: Stage; isOwn: boolean },
): Reply {
  return { content: changeText(t, change, stage), components: isOwn ? withdrawRow(t, change) : [] }
}

/** It is so already. */
export function standingReply(t: Translate, change: Change): Reply {
  const { action, list, member, proof } = change
  const found = { ...change, proof: proof && { ...proof, how: 'found' as const } }
  return {
    content: joined(t(`managed.already.${action}`, { list, member }), proofLine(t, found)),
    components: [],
  }
}

function changeText(t: Translate, change: Change, stage: Stage): string {
  const { action, list, member } = change
  const values = { list, member }
  switch (change.state) {
    case 'applied':
      return joined(t(`managed.done.${action}`, values), proofLine(t, change))
    case 'superseded':
      return t(`managed.superseded.${action}`, values)
    case 'cancelled':
      return t(cancelledKey(change), values)
    case 'failed':
      return t(`managed.failed.${whyFailed(change)}`, values)
    case 'awaiting_approval':
      return t(waitingKey(change), values)
    case 'queued':
    case 'applying':
      if (change.wouldWrite === '') return t(`managed.observe.nothing.${action}`, values)
      if (change.wouldWrite !== undefined)
        return joined(t(`managed.observe.${action}`, values), ldifBlock(change.wouldWrite))
      return t(stage === 'leaving' ? `managed.late.${action}` : `managed.waiting.${action}`, values)
  }
}

/** Too many at once wait for an admin; anything else waits for whoever manages the list. */
function waitingKey({ action, reason }: Change) {
  if (action === 'unsubscribe' && reason?.code === 'REMOVAL_HELD') return 'managed.held.unsubscribe'
  return `managed.approval.${action}` as const
}

function cancelledKey({ action, reason }: Change) {
  const code = reason?.code ?? ''
  switch (code) {
    case 'DENIED':
      return `managed.denied.${action}` as const
    case 'EXPIRED':
      return `managed.expired.${action}` as const
    case 'LIST_GONE':
    case 'LIST_UNMANAGED':
      return `managed.failed.${code}` as const
    default:
      return `managed.cancelled.${action}` as const
  }
}

function withdrawRow(t: Translate, change: Change): Row[] {
  if (change.id === null || !withdrawable(change)) return []
  return [row(button(`lists:withdraw:${change.id}`, t('button.withdraw')))]
}

function joined(...lines: string[]): string {
  return lines.filter((line) => line !== '').join('\n')
}
