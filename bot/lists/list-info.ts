import type { List, ManagedList } from '../../domain/contracts/list.ts'
import type { Subscription } from '../../domain/contracts/subscription.ts'
import { messageLength } from '../../texts/fit.ts'
import type { Translate } from '../../texts/translate.ts'
import { fitLines, harmless, plain } from '../discord/harmless-text.ts'
import { withLdif } from './ldif-block.ts'

/** A list, with as much as the one who asks may know. */
export type KnownList = List & Partial<Pick<ManagedList, 'hidden' | 'drift'>>

const titleLength = 100
const descriptionLength = 500
const mostOwners = 10
const ownerLength = 40

/**
 * All there is to say about one list. `place` is the member's own on it, undefined when it is not known; `news` stand above: what
 * just happened.
 */
export function listInfo(
  t: Translate,
  list: KnownList,
  { place, news }: { place: Subscription | undefined; news: readonly string[] },
): string {
  const { name, displayName, description } = list
  const title = displayName === name ? '' : plain(displayName, titleLength)
  const lines = [
    ...news,
    t('list.heading', { list: name, title }).trim(),
    description === displayName ? '' : harmless(description, descriptionLength),
    list.state === 'active' ? '' : t(`list.state.${list.state}`),
    t(`list.join.${list.join}`),
    place === undefined ? '' : placeLine(t, list, place),
    ...managersLines(t, list),
    list.wouldWrite === undefined ? '' : withLdif(t, t('list.observe'), list.wouldWrite),
  ]
  return fitLines(
    lines.filter((line) => line !== ''),
    messageLength,
  )
}

function placeLine(t: Translate, { join, state }: KnownList, { subscribed, pending }: Subscription): string {
  if (pending?.state === 'awaiting_approval' && pending.wanted === 'subscribe') return t('list.you.asking')
  if (pending !== null) return t(pending.wanted === 'subscribe' ? 'list.you.joining' : 'list.you.leaving')
  if (subscribed) return t('list.you.on')
  return t(join === 'closed' || state === 'deleting' ? 'list.you.off' : 'list.you.offOpen')
}

function managersLines(t: Translate, list: KnownList): string[] {
  const { memberCount, owners, hidden, drift } = list
  return [
    memberCount === undefined ? '' : t('list.members', { count: memberCount }),
    owners === undefined ? '' : ownersLine(t, owners),
    hidden === undefined ? '' : t(hidden ? 'list.hidden' : 'list.shown'),
    drift === undefined ? '' : t(`list.drift.${drift}`),
  ]
}

function ownersLine(t: Translate, owners: readonly string[]): string {
  if (owners.length === 0) return t('list.ownersNone')
  const names = owners
    .slice(0, mostOwners)
    .map((name) => harmless(name, ownerLength))
    .join(t('names.between'))
  const more = owners.length - mostOwners
  return more > 0 ? t('list.ownersMore', { names, count: more }) : t('list.owners', { names })
}
