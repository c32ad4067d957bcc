import { type TSchema, Type } from 'typebox'
import { BotAddresses } from '../domain/contracts/bot.ts'
import { Change, type ChangeAction } from '../domain/contracts/change.ts'
import {
  AccountLink,
  LinkAttempt,
  Linked,
  LinkMoving,
  type LinkRequest,
  MailLinkAttempt,
  type MailLinkRequest,
  Me,
} from '../domain/contracts/link.ts'
import { List, type ListSettings, ListMember, ManagedList, type NewList } from '../domain/contracts/list.ts'
import {
  type NewNoticeRule,
  type NoticeExample,
  NoticeRoute,
  NoticeRule,
  NoticeRules,
} from '../domain/contracts/notice-rule.ts'
import { Notifications, type NotificationWish } from '../domain/contracts/notification.ts'
import { pageOf } from '../domain/contracts/page.ts'
import { OutboxItem, Resent } from '../domain/contracts/outbox.ts'
import { Status } from '../domain/contracts/status.ts'
import { Incident, type IncidentDecision } from '../domain/contracts/incident.ts'
import { Changes, type Subscription, Subscriptions } from '../domain/contracts/subscription.ts'
import { type ApiAnswer, type ApiCall, ApiRefusal, callApi } from './call-api.ts'

/** The Discord account that is asking, and the interaction, or whatever else happened, by which it asks. */
export type Caller = { discordUserId: string; interactionId: string }

export type MemberApi = ReturnType<ReturnType<typeof createApiClient>>

const Lists = Type.Object({ items: Type.Array(List) })
const ManagedLists = pageOf(ManagedList)
const ListMembers = pageOf(ListMember)
const OutboxItems = pageOf(OutboxItem)

/** Which part of a collection; `cursor` as the page before gave it. */
export type PageOfItems = { limit: number; q: string; cursor: string | null }
const LinkedOrMoving = Type.Union([LinkMoving, Linked])

/** Attempts of ordinary calls: quick enough that a person still looks, long enough for a restart of the API. */
const ordinary = { deadlineMs: 8_000, retryAfterMs: [150, 600, 1_500] }

/**
 * The API, as one member uses it through one interaction. Every function throws `ApiRefusal` and `ApiAway`.
 * Writes carry the interaction's id as Idempotency-Key, so that an interaction that arrives twice is one wish.
 */
export function createApiClient({ url, serviceToken }: { url: string; serviceToken: string }) {
  return ({ discordUserId, interactionId }: Caller) => {
    const headers = {
      authorization: `Bearer ${serviceToken}`,
      'x-discord-user': discordUserId,
      'x-request-id': interactionId,
    }
    const read = <Schema extends TSchema>(
      path: string,
      answer: Schema,
      more: Partial<ApiCall<Schema>> = {},
    ): Promise<ApiAnswer<Schema>> =>
      callApi(url, { method: 'GET', path, headers, answer, ...ordinary, ...more })
    const write = <Schema extends TSchema | null>(
      method: 'PUT' | 'POST' | 'PATCH' | 'DELETE',
      path: string,
      answer: Schema,
      body?: unknown,
      keySuffix = '',
    ): Promise<ApiAnswer<Schema>> =>
      callApi(url, {
        method,
        path,
        headers: { ...headers, 'idempotency-key': interactionId + keySuffix },
        body,
        answer,
        ...ordinary,
      })

    return {
      /** All lists that the member may see. `deadlineMs` replaces the ordinary patience, without further attempts. */
      async subscriptions(deadlineMs?: number): Promise<Subscription[]> {
        const patience = deadlineMs === undefined ? {} : { deadlineMs, retryAfterMs: [] }
        return (await read('/user/subscriptions', Subscriptions, patience)).body.items
      },

      /** Asks for one list. `fresh` is false when it is so already. */
      async wish(action: ChangeAction, list: string): Promise<{ change: Change; fresh: boolean }> {
        const path = `/user/subscriptions/${asPathSegment(list)}`
        const { status, body } = await write(action === 'subscribe' ? 'PUT' : 'DELETE', path, Change)
        return { change: body, fresh: status === 202 }
      },

      /** Asks for several lists at once, all or none; true is on the list. */
      async wishMany(subscriptions: Readonly<Record<string, boolean>>): Promise<Change[]> {
        return (await write('PATCH', '/user/subscriptions', Changes, { subscriptions })).body.changes
      },

      /** The change, as soon as it has ended, at the latest after `waitS` (0 to 25) seconds. */
      async waitForChange(id: string, waitS: number, signal: AbortSignal): Promise<Change> {
        const path = `/changes/${encodeURIComponent(id)}?wait=${waitS}`
        return (await read(path, Change, { deadlineMs: waitS * 1_000 + 5_000, retryAfterMs: [], signal }))
          .body
      },

      /** What the member is told of, kind by kind. */
      async notifications(): Promise<Notifications['items']> {
        return (await read('/user/notifications', Notifications)).body.items
      },

      /** True is told of, false is not; gives how all kinds are then. */
      async chooseNotifications(wish: NotificationWish): Promise<Notifications['items']> {
        return (await write('PATCH', '/user/notifications', Notifications, wish)).body.items
      },

      async cancelChange(id: string): Promise<Change> {
        return (await write('POST', `/changes/${encodeURIComponent(id)}/cancel`, Change)).body
      },

      /** Says that the member has seen how the change ended, so that nobody tells it again. */
      async confirmTold(id: string): Promise<void> {
        await write('POST', `/changes/${encodeURIComponent(id)}/told`, null, undefined, ':told')
      },

      async me(): Promise<Me> {
        return (await read('/auth/me', Me)).body
      },

      async beginLink(request: LinkRequest): Promise<LinkAttempt> {
        return (await write('POST', '/links', LinkAttempt, request)).body
      },

      /** Has a code sent, if the user name is somebody's; the answer is the same if not. */
      async beginMailLink(request: MailLinkRequest): Promise<MailLinkAttempt> {
        return (await write('POST', '/links/mail', MailLinkAttempt, request)).body
      },

      /** Whom the account acts for now, or that the person was asked whether their link may move here. */
      async enterCode(code: string): Promise<{ linked: Linked } | { moving: LinkMoving }> {
        const { body } = await write('POST', '/links/code', LinkedOrMoving, { code })
        return 'askedBy' in body ? { moving: body } : { linked: body }
      },

      async unlink(): Promise<void> {
        await write('DELETE', '/links/mine', null)
      },

      /** Whom another account acts for. For admins. */
      async linkOf(account: string): Promise<AccountLink> {
        return (await read(`/admin/links/${encodeURIComponent(account)}`, AccountLink)).body
      },

      /** Ends another account's link. For admins. */
      async endLinkOf(account: string): Promise<void> {
        await write('DELETE', `/admin/links/${encodeURIComponent(account)}`, null)
      },

      /** Acts on an incident as it was shown. For admins. */
      async decideIncident(id: string, decision: IncidentDecision): Promise<Incident> {
        return (await write('POST', `/admin/incidents/${encodeURIComponent(id)}`, Incident, decision)).body
      },

      /** For an account that is back in the server: its role is given again. */
      async restoreRole(): Promise<void> {
        await write('POST', '/links/mine/role', null)
      },

      /** Where the member sees and changes everything about themselves, in a browser. */
      async accountUrl(): Promise<string> {
        return (await read('/bot', BotAddresses)).body.accountUrl
      },

      /** Has everything about the member deleted that is not the directory's own, their link too. */
      async forgetMe(): Promise<void> {
        await write('DELETE', '/user/data', null)
      },

      /** The first few lists whose name or description holds `q`. */
      async findLists(q: string, limit: number): Promise<List[]> {
        const query = new URLSearchParams({ q, limit: String(limit) })
        return (await read(`/lists?${query.toString()}`, Lists)).body.items
      },

      /** One list; how many are on it and who owns it is told to who may manage it. */
      async list(name: string): Promise<List> {
        return (await read(`/lists/${asPathSegment(name)}`, List)).body
      },

      /** A page of the lists that the member may manage. For owners and admins. */
      async managedLists(page: PageOfItems) {
        return (await read(`/admin/lists?${queryOf(page)}`, ManagedLists)).body
      },

      /** For admins. */
      async createList(list: NewList): Promise<List> {
        return (await write('POST', '/admin/lists', List, list)).body
      },

      /** For owners and admins. */
      async changeList(name: string, settings: ListSettings): Promise<ManagedList> {
        return (await write('PATCH', `/admin/lists/${asPathSegment(name)}`, ManagedList, settings)).body
      },

      /** For admins. */
      async deleteList(name: string): Promise<List> {
        return (await write('DELETE', `/admin/lists/${asPathSegment(name)}`, List)).body
      },

      /** A page of who is on a list. For its owners and admins. */
      async listMembers(name: string, page: PageOfItems) {
        return (await read(`/admin/lists/${asPathSegment(name)}/members?${queryOf(page)}`, ListMembers)).body
      },

      /** Asks for somebody else's place on a list. For its owners and admins. `fresh` is false when it is so already, or asked for. */
      async wishFor(
        action: ChangeAction,
        list: string,
        username: string,
      ): Promise<{ change: Change; fresh: boolean }> {
        const path = `/admin/lists/${asPathSegment(list)}/members/${asPathSegment(username, 'MEMBER_NOT_FOUND')}`
        const { status, body } = await write(action === 'subscribe' ? 'PUT' : 'DELETE', path, Change)
        return { change: body, fresh: status === 202 }
      },

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

      /** Allows somebody’s programs to send notices, or critical ones, or no longer. For admins. */
      async changeGrant(grant: 'notices' | 'mentions', username: string, allowed: boolean): Promise<void> {
        const path = `/admin/members/${asPathSegment(username, 'MEMBER_NOT_FOUND')}/${grant}`
        await write(allowed ? 'PUT' : 'DELETE', path, null)
      },

      /** Where an example would go; nothing is sent. For admins. */
      async routeOf(example: NoticeExample): Promise<NoticeRoute> {
        return (await write('POST', '/admin/notice-rules/test', NoticeRoute, { example })).body
      },

      /** Messages and mails that could not be sent, the newest first. */
      async deadLetters(limit = 10): Promise<{ items: OutboxItem[]; hasMore: boolean }> {
        const { items, nextCursor } = (await read(`/admin/outbox?state=failed&limit=${limit}`, OutboxItems))
          .body
        return { items, hasMore: nextCursor !== null }
      },

      /** Sends them again, those with these ids or all of the last days. Gives how many. */
      async resendOutbox(ids?: readonly string[]): Promise<number> {
        return (await write('POST', '/admin/outbox/resend', Resent, ids === undefined ? {} : { ids })).body
          .resent
      },

      /** How everything is going. For admins. */
      async status(): Promise<Status> {
        return (await read('/admin/status', Status)).body
      },
    }
  }
}

function queryOf({ limit, q, cursor }: PageOfItems): string {
  return new URLSearchParams({
    limit: String(limit),
    ...(q === '' ? {} : { q }),
    ...(cursor === null ? {} : { cursor }),
  }).toString()
}

/**
 * A list's or a person's name inside an address. `.` and `..` would climb in the address even when encoded (WHATWG URL), and nobody
 * and nothing is called that, so the answer is the one that the API would give.
 * @throws {ApiRefusal} NOT_FOUND
 */
function asPathSegment(name: string, reason = 'LIST_NOT_FOUND'): string {
  if (name === '.' || name === '..' || name === '')
    throw new ApiRefusal(
      {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'There is nothing of that name.',
        code: 'NOT_FOUND',
        details: { reason },
      },
      undefined,
    )
  return encodeURIComponent(name.toWellFormed())
}
