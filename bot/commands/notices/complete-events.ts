import type { AutocompleteInteraction } from 'discord.js'
import { noticeSources, type NoticeSource } from '../../../domain/contracts/topic.ts'
import { noticeEvents } from '../../../domain/rules/notice-events.ts'
import type { Choice } from '../../turn.ts'

const mostChoices = 25

/** The events that are known of the source that was chosen, those that begin with what was typed first; a rule may ask for several. */
export function completeEvents(
  { options }: AutocompleteInteraction,
  { patterns }: { patterns: boolean },
): Choice[] {
  const typed = options.getFocused().trim().toLowerCase()
  const chosen = noticeSources.filter((source) => source === options.getString('source'))
  return (chosen.length === 0 ? [...noticeSources] : chosen)
    .flatMap((source) => (patterns ? [...patternsOf(source), ...noticeEvents[source]] : noticeEvents[source]))
    .filter((event) => event.includes(typed))
    .sort((a, b) => Number(b.startsWith(typed)) - Number(a.startsWith(typed)))
    .slice(0, mostChoices)
    .map((event) => ({ name: event, value: event }))
}

/** `pull_request.*` and the like, where several events begin so. */
function patternsOf(source: NoticeSource): string[] {
  const kinds = noticeEvents[source].flatMap((event) => (event.includes('.') ? [event.split('.')[0]] : []))
  return [...new Set(kinds)].map((kind) => `${kind}.*`)
}
