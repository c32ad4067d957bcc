import { type Change, deniedWithoutReason } from '../domain/contracts/change.ts'
import type { Translate } from './translate.ts'

/** What became of a change, in one or two lines. For a change that has ended. */
export function outcomeText(t: Translate, change: Change): string {
  const { action, list } = change
  switch (change.state) {
    case 'applied':
      return joined(t(`done.${action}`, { list }), proofLine(t, change))
    case 'superseded':
      return t(`superseded.${whoseWord(change)}.${action}`, { list })
    case 'cancelled':
      return cancelledText(t, change)
    case 'failed':
      return t(`failed.${whyFailed(change)}`, { list })
    case 'awaiting_approval':
    case 'queued':
    case 'applying':
      return t(`waiting.${action}`, { list })
  }
}

/** The quiet line below a success: how the directory proved it. Empty where the version is not known. */
export function proofLine(t: Translate, { action, proof }: Change): string {
  if (!proof || proof.version === '') return ''
  const { version } = proof
  return proof.how === 'found' ? t('proof.found', { version }) : t(`proof.modified.${action}`, { version })
}

/** Who asked for what took its place. */
function whoseWord({ newerWordOf, member }: Change): 'own' | 'other' | 'unknown' {
  if (newerWordOf === undefined) return 'unknown'
  return newerWordOf === member ? 'own' : 'other'
}

function cancelledText(t: Translate, { action, list, reason }: Change): string {
  if (reason?.code === 'DENIED') return joined(t(`denied.${action}`, { list }), denialLine(t, reason.message))
  if (reason?.code === 'LIST_GONE' || reason?.code === 'LIST_UNMANAGED')
    return t(`failed.${reason.code}`, { list })
  if (reason?.code === 'EXPIRED') return t(`expired.${action}`, { list })
  return t(`cancelled.${action}`, { list })
}

/** What whoever decided wrote to the member. */
function denialLine(t: Translate, message: string): string {
  return message === deniedWithoutReason ? '' : t('denied.reason', { reason: message })
}

/** The reasons that have a sentence of their own. */
const explained = [
  'LIST_GONE',
  'MEMBER_GONE',
  'ADDRESS_SHARED',
  'NO_ADDRESS',
  'ADDRESS_NOT_ASCII',
  'USERNAME_SHARED',
  'DIRECTORY_REFUSED',
] as const

/** Which sentence says why a change failed: by its reason, or `other`. */
export function whyFailed({ reason }: Change): (typeof explained)[number] | 'other' {
  return explained.find((code) => code === reason?.code) ?? 'other'
}

function joined(...lines: string[]): string {
  return lines.filter((line) => line !== '').join('\n')
}
