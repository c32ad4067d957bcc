import type { Card } from '../../domain/contracts/card.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'
import type { Locale } from '../translate.ts'
import { alertGroupCard } from './alert-group.ts'
import { githubCard } from './github.ts'
import { ownNoticeCard } from './own-notice.ts'

/** What the notice of a topic says; as mail, with times in that zone. */
export function cardOf(topic: ShownTopic, locale: Locale, timeZone = 'UTC'): Card {
  const { facts } = topic
  if (facts.kind === 'alert-group') return alertGroupCard({ ...topic, facts }, locale, timeZone)
  if (facts.kind === 'own-notice') return ownNoticeCard({ ...topic, facts }, locale)
  return githubCard({ ...topic, facts }, locale, timeZone)
}

/** The same as mail. */
export const mailOf =
  (locale: Locale, timeZone: string) =>
  (topic: ShownTopic): { subject: string; text: string } =>
    cardOf(topic, locale, timeZone).plain
