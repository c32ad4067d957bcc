import {
  type NewNoticeRule,
  type NoticeExample,
  NoticeRoute,
  NoticeRule,
  NoticeRules,
} from '../../domain/contracts/notice-rule.ts'
import type { Calling } from './as-caller.ts'
import { asPathSegment } from './path-segment.ts'

/** Where notices go, and whose programs may send them. For admins. */
export const noticeRuleCalls = ({ read, write }: Calling) => ({
  /** Every rule about notices, and where the rest goes. For admins. `deadlineMs` replaces the ordinary patience. */
  async noticeRules(deadlineMs?: number): Promise<NoticeRules> {
    const patience = deadlineMs === undefined ? {} : { deadlineMs, retryAfterMs: [] }
    // All on one page: there are 100 at most.
    return (await read('/admin/notice-rules?limit=200', NoticeRules, patience)).body
  },

  /** For admins. */
  async addNoticeRule(rule: NewNoticeRule): Promise<NoticeRule> {
    return (await write('POST', '/admin/notice-rules', NoticeRule, rule)).body
  },

  /** For admins. */
  async removeNoticeRule(id: string): Promise<void> {
    await write('DELETE', `/admin/notice-rules/${encodeURIComponent(id)}`, null)
  },

  /** Where an example would go; nothing is sent. For admins. */
  async routeOf(example: NoticeExample): Promise<NoticeRoute> {
    return (await write('POST', '/admin/notice-rules/test', NoticeRoute, { example })).body
  },

  /** Allows somebody’s programs to send notices, or critical ones, or no longer. For admins. */
  async changeGrant(grant: 'notices' | 'mentions', username: string, allowed: boolean): Promise<void> {
    const path = `/admin/members/${asPathSegment(username, 'MEMBER_NOT_FOUND')}/${grant}`
    await write(allowed ? 'PUT' : 'DELETE', path, null)
  },
})
