import type { NoticeRules } from '../../../domain/contracts/notice-rule.ts'
import type { Translate } from '../../../texts/translate.ts'
import { pager } from '../../discord/components.ts'
import type { Press, Reply, Turn } from '../../turn.ts'
import { defaultWords, ruleWords } from './rule-words.ts'

/** Of the lines with rules; what stands around them fits in the rest of a message. */
const roomForRules = 1_500

export async function listRules({ t, reply, api }: Turn): Promise<void> {
  await reply(rulesPage(t, await api.noticeRules(), 0))
}

/** To another page, by a button that carries its number. */
export async function leafThroughRules({ t, reply, api }: Turn, { argument }: Press): Promise<void> {
  await reply(rulesPage(t, await api.noticeRules(), Number.parseInt(argument, 10) || 0))
}

function rulesPage(t: Translate, { items, defaults }: NoticeRules, wanted: number): Reply {
  const fallback = defaultWords(t, defaults)
  if (items.length === 0) return { content: `${t('rules.none')}\n${fallback}`, components: [] }
  const pages = inPages(
    items.map((rule, index) => t('rules.line', { number: index + 1, rule: ruleWords(t, rule) })),
  )
  const page = Math.min(Math.max(0, wanted), pages.length - 1)
  const lines = [
    t('rules.heading', { count: items.length }),
    ...(pages.length > 1 ? [t('rules.page', { page: page + 1, pages: pages.length })] : []),
    ...(pages[page] ?? []),
    fallback,
  ]
  const isLast = page === pages.length - 1
  return {
    content: lines.join('\n'),
    components: pager(t, (to) => `notices:page:${to}`, { page, isLast }),
  }
}

/** As many whole lines on each as there is room for. */
function inPages(lines: readonly string[]): string[][] {
  const pages: string[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const line of lines) {
    used += line.length + 1
    if (used > roomForRules) {
      pages.push([])
      used = line.length + 1
    }
    pages.at(-1)?.push(line)
  }
  return pages
}
