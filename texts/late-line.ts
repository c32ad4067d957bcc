import type { Translate } from './translate.ts'

/** Says of something that is told late when it happened. */
export function lateLine(t: Translate, happenedAt: Date): string {
  const seconds = Math.floor(happenedAt.getTime() / 1000)
  return `-# 🕓 ${t('notice.late', { at: `<t:${seconds}:f>`, ago: `<t:${seconds}:R>` })}`
}
