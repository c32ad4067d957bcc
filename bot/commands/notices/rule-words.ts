import type { NoticeRule, NoticeRules } from '../../../domain/contracts/notice-rule.ts'
import { mentionOf } from '../../../texts/mention.ts'
import type { Translate } from '../../../texts/translate.ts'
import { plain } from '../../discord/harmless-text.ts'

/** Of a pattern or an address inside a sentence. */
const shownLength = 60
const choiceLength = 100

type Place = { kind: string; id?: string }

/** What a rule says, in one line. */
export function ruleWords(t: Translate, rule: NoticeRule): string {
  const asks = asksOf(t, rule)
  const place = placeWords(t, rule.place)
  if (rule.mention === null) return t('rules.rule', { asks, place })
  // Nobody is called by it: what the bot replies notifies nobody.
  return t('rules.ruleMentioning', { asks, place, mention: mentionOf(rule.mention) })
}

export function placeWords(t: Translate, { kind, id = '' }: Place): string {
  if (kind === 'channel') return `<#${id}>`
  return kind === 'mail' ? t('rules.place.mail', { address: id }) : t('rules.place.nowhere')
}

/** Where what no rule asks for goes. */
export function defaultWords(t: Translate, { alerts, others }: NoticeRules['defaults']): string {
  const words = (place: Place | null) => (place === null ? t('rules.place.none') : placeWords(t, place))
  return t('rules.defaults', { alerts: words(alerts), others: words(others) })
}

const shown = (value: string) => plain(value, shownLength)

function asksOf(t: Translate, { source, event, repository, branch, severity }: NoticeRule): string {
  const asks = [
    ...(source === null ? [] : [t(`choice.source.${source}`)]),
    ...(event === null ? [] : [t('rules.asks.event', { event: shown(event) })]),
    ...(repository === null ? [] : [t('rules.asks.repository', { repository: shown(repository) })]),
    ...(branch === null ? [] : [t('rules.asks.branch', { branch: shown(branch) })]),
    ...(severity === null ? [] : [t('rules.asks.severity', { severity })]),
  ]
  return asks.length === 0 ? t('rules.asks.all') : asks.join(' · ')
}

/** The same for a choice, where Discord reads no Markdown and knows no channel by its id. */
export function ruleChoice(
  t: Translate,
  rule: NoticeRule,
  number: number,
  channelName: (id: string) => string | undefined,
): string {
  const { source, event, repository, branch, severity, place } = rule
  const asks = [
    source && t(`choice.source.${source}`),
    event,
    repository,
    branch,
    severity && `≥ ${severity}`,
  ]
  const to =
    place.kind === 'channel'
      ? `#${channelName(place.id) ?? place.id}`
      : place.kind === 'mail'
        ? place.id
        : t('rules.place.nowhere')
  const said = asks.filter((part) => part !== null).join(' · ') || t('rules.asks.all')
  return plain(`${number}. → ${to}: ${said}`, choiceLength)
}
