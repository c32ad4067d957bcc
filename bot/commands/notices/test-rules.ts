import type { ChatInputCommandInteraction } from 'discord.js'
import { incidentKinds } from '../../../domain/contracts/incident.ts'
import type { NoticeExample, NoticeRoute, NoticeRule } from '../../../domain/contracts/notice-rule.ts'
import type { NoticeSource, Severity } from '../../../domain/contracts/topic.ts'
import { isToldByDefault } from '../../../domain/rules/notice-events.ts'
import { messageLength } from '../../../texts/fit.ts'
import { mentionOf } from '../../../texts/mention.ts'
import type { Translate } from '../../../texts/translate.ts'
import { fitLines } from '../../discord/harmless-text.ts'
import type { Turn } from '../../turn.ts'
import { placeWords, ruleWords } from './rule-words.ts'

/** Where an example would go, and which rules say so. */
export async function testRules(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const { t, reply, api } = turn
  const example = exampleOf(options)
  const [route, { items }] = await Promise.all([api.routeOf(example), api.noticeRules()])
  const content = fitLines([...outcome(t, example, route), ...reasons(t, route, items)], messageLength)
  await reply({ content, components: [] })
}

function exampleOf(options: ChatInputCommandInteraction['options']): NoticeExample {
  const severity = options.getString('severity') as Severity | null
  const named = (name: 'repository' | 'branch') => {
    const value = options.getString(name)?.trim().toWellFormed() ?? ''
    return value === '' ? {} : { [name]: value }
  }
  return {
    source: options.getString('source', true) as NoticeSource,
    event: options.getString('event', true).trim().toWellFormed(),
    ...named('repository'),
    ...named('branch'),
    ...(severity === null ? {} : { severity }),
  }
}

function outcome(t: Translate, { source, event }: NoticeExample, { places, rules }: NoticeRoute): string[] {
  const isKnown = source !== 'guildpost' || (incidentKinds as readonly string[]).includes(event)
  const note = isKnown ? [] : [t('rules.test.unknownKind', { event })]
  if (places.length > 0) {
    const words = places.map(({ mention, ...place }) =>
      mention === null ? placeWords(t, place) : `${placeWords(t, place)} (${mentionOf(mention)})`,
    )
    return [t('rules.test.places', { places: words.join(t('names.between')) }), ...note]
  }
  if (rules.length > 0) return [t('rules.test.nowhere'), ...note]
  return [t(isToldByDefault(source, event) ? 'rules.test.noPlace' : 'rules.test.notTold'), ...note]
}

function reasons(t: Translate, { places, rules }: NoticeRoute, items: readonly NoticeRule[]): string[] {
  if (rules.length === 0) return places.length > 0 ? [t('rules.test.byDefault')] : []
  const lines = items.flatMap((rule, index) =>
    rules.includes(rule.id) ? [t('rules.line', { number: index + 1, rule: ruleWords(t, rule) })] : [],
  )
  return [t('rules.test.by'), ...lines]
}
