import type { Card } from '../../domain/contracts/card.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'
import type { Locale } from '../translate.ts'
import { alertGroupCard } from './alert-group.ts'
import { githubCard } from './github.ts'
import { ownNoticeCard } from './own-notice.ts'

/** What the notice of a topic says. */
export function cardOf(topic: ShownTopic, locale: Locale): Card {
  const { facts } = topic
  if (facts.kind === 'alert-group') return alertGroupCard({ ...topic, facts }, locale)
  if (facts.kind === 'own-notice') return ownNoticeCard({ ...topic, facts }, locale)
  return githubCard({ ...topic, facts }, locale)
}

/** The same as mail. */
export const mailOf =
  (locale: Locale) =>
  (topic: ShownTopic): { subject: string; text: string } =>
    cardOf(topic, locale).plain
