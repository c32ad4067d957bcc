import type { Card } from '../../domain/contracts/card.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'

/** How bad it is, to be seen at once; green is over. */
export function looksOf({ state, severity }: Pick<ShownTopic, 'state' | 'severity'>): Pick<Card, 'colour'> & {
  icon: string
} {
  if (state === 'resolved') return { colour: 'green', icon: '✅' }
  return looks[severity]
}

const looks = {
  critical: { colour: 'red', icon: '🚨' },
  warning: { colour: 'amber', icon: '⚠️' },
  info: { colour: 'blue', icon: 'ℹ️' },
} as const
