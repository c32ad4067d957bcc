import type { NoticeRule } from '../contracts/notice-rule.ts'
import type { About, NoticeSource, Place } from '../contracts/topic.ts'
import { matchRule } from './match-rule.ts'

/** Where what no rule asks for goes. */
export type DefaultPlaces = {
  /** For alerts: our own, and Alertmanager's. */
  alertChannelId: string | null
  /** For everything else. */
  workflowChannelId: string | null
  alertMailTo: string | null
}

/**
 * Where a notice goes, by these rules, and which of them said so. Every rule that asks for it adds its place, each place is named once,
 * with the mention of the first rule that has one; one that says `nowhere` keeps it from all of them. Where no rule asks for it, what
 * is told by default goes to the default place.
 */
export function placesFor(
  rules: readonly NoticeRule[],
  about: About,
  defaults: DefaultPlaces,
): { places: Place[]; rules: string[] } {
  const asking = rules.filter((rule) => matchRule(rule, about))
  if (asking.length === 0) {
    const place = about.isNews ? defaultPlace(about.source, defaults) : null
    return { places: place === null ? [] : [place], rules: [] }
  }
  return { places: placesOf(asking), rules: asking.map(({ id }) => id) }
}

function placesOf(asking: readonly NoticeRule[]): Place[] {
  const places = new Map<string, Place>()
  for (const { place, mention } of asking) {
    if (place.kind === 'nowhere') return []
    const { kind, id } = place
    const key = `${kind} ${id.toLowerCase()}`
    const known = places.get(key)
    // A mail mentions nobody.
    if (known === undefined) places.set(key, { kind, id, mention: kind === 'channel' ? mention : null })
    else if (kind === 'channel') known.mention ??= mention
  }
  return [...places.values()]
}

/** Where it goes while no rule says anything about it. */
export function defaultPlace(source: NoticeSource, defaults: DefaultPlaces): Place | null {
  const { alertChannelId, workflowChannelId, alertMailTo } = defaults
  const isAlert = source === 'guildpost' || source === 'alertmanager'
  const channelId = isAlert ? alertChannelId : (workflowChannelId ?? alertChannelId)
  if (channelId !== null) return { kind: 'channel', id: channelId, mention: null }
  return isAlert && alertMailTo !== null ? { kind: 'mail', id: alertMailTo, mention: null } : null
}
