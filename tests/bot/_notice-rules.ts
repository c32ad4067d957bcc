import type { NewNoticeRule, NoticeExample, NoticeRule } from '../../domain/contracts/notice-rule.ts'
import { type DefaultPlaces, defaultPlace } from '../../domain/rules/places-for.ts'
import { routeExample } from '../../domain/rules/route-example.ts'
import { type Answer, type Call, problem } from './_answer.ts'

export const noticeRule = (id: string, rule: NewNoticeRule): NoticeRule => ({
  id,
  source: null,
  event: null,
  repository: null,
  branch: null,
  severity: null,
  mention: null,
  createdBy: 'alice',
  createdAt: '2026-01-02T03:04:05.000Z',
  ...rule,
})

/** The rules about notices, as the API keeps them for admins. */
export function createNoticeRules() {
  const items: NoticeRule[] = []
  const defaults: DefaultPlaces = { alertChannelId: null, workflowChannelId: null, alertMailTo: null }

  return {
    items,
    /** Where the rest goes. */
    defaults,

    /** The answer to a path below `/admin/notice-rules`. */
    answer({ method, path, body }: Call): Answer {
      const [, , , id] = path.split('/').map(decodeURIComponent)
      if (method === 'GET') {
        const rest = {
          alerts: defaultPlace('alertmanager', defaults),
          others: defaultPlace('api', defaults),
        }
        return { status: 200, body: { items, nextCursor: null, defaults: rest } }
      }
      if (id === 'test') {
        const { example } = body as { example: NoticeExample }
        return { status: 200, body: routeExample(items, example, defaults) }
      }
      if (method === 'POST') {
        const rule = noticeRule(`rule-${items.length + 1}`, body as NewNoticeRule)
        items.push(rule)
        return { status: 201, body: rule }
      }
      const at = items.findIndex((rule) => rule.id === id)
      if (at < 0) return problem('NOT_FOUND', { reason: 'RULE_NOT_FOUND' })
      items.splice(at, 1)
      return { status: 204 }
    },
  }
}
