import type { NoticeRule } from '../contracts/notice-rule.ts'
import type { About, Severity } from '../contracts/topic.ts'

const ranks: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

/** What a rule asks for. */
export type Asks = Pick<NoticeRule, 'source' | 'event' | 'repository' | 'branch' | 'severity'>

/**
 * Whether a rule asks for this. Without an event it asks for what is told by default; an event that it names is told whether it is
 * that or not. What has no repository, or no branch, fits no pattern for one.
 */
export function matchRule({ source, event, repository, branch, severity }: Asks, about: About): boolean {
  if (source !== null && source !== about.source) return false
  if (severity !== null && ranks[about.severity] < ranks[severity]) return false
  if (event === null ? !about.isNews : !fits(event.toLowerCase(), about.event.toLowerCase())) return false
  if (repository !== null && !fits(repository.toLowerCase(), about.repository?.toLowerCase() ?? null))
    return false
  return branch === null || fits(branch, about.branch)
}

/**
 * Whether a text is like a pattern in which `*` is any number of characters. What stands between two of them is looked for once, from
 * where the last was found: a text is gone through once, whatever the pattern is.
 */
function fits(pattern: string, text: string | null): boolean {
  if (text === null) return false
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= end
}
