import { Type } from 'typebox'
import type { Change } from '../../../domain/contracts/change.ts'
import { Changes, type Subscription, SubscriptionMap } from '../../../domain/contracts/subscription.ts'
import { readSubscriptions } from '../../../domain/store/changes/read-subscriptions.ts'
import { requestChanges } from '../../../domain/store/changes/request-changes.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { invalid } from '../../plugins/validation.ts'
import { withinLimit } from '../../plugins/within-limit.ts'
import { sendAnswer, writeOnce } from '../../plugins/write-once.ts'
import { requireMatch } from './etag.ts'

/** The whole wish: every list that the caller sees must be named. */
export function replaceSubscriptionsRoute(server: Server, context: Context): void {
  subscriptionsRoute(server, context, {
    method: 'PUT',
    operationId: 'replaceSubscriptions',
    summary: 'Say for every list whether to be on it; all or nothing',
    whole: true,
  })
}

/** The difference: only the lists that are named change. */
export function changeSubscriptionsRoute(server: Server, context: Context): void {
  subscriptionsRoute(server, context, {
    method: 'PATCH',
    operationId: 'changeSubscriptions',
    summary: 'Say for some lists whether to be on them; all or nothing',
    whole: false,
  })
}

const ifMatchHeader = {
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag of the last read: else 412, when something changed since' }),
  ),
}

function subscriptionsRoute(
  server: Server,
  context: Context,
  operation: { method: 'PUT' | 'PATCH'; operationId: string; summary: string; whole: boolean },
): void {
  server.route({
    method: operation.method,
    url: '/user/subscriptions',
    // A list is named as the directory has it; what is no list’s name is refused whatever is in it.
    config: { once: true, bodyTexts: 'any', documented: { limited: true, headers: ifMatchHeader } },
    schema: {
      operationId: operation.operationId,
      summary: operation.summary,
      description:
        '202 with the new changes, or 200 with none when all stands already. If-Match with the ETag of the last read refuses (412) when something changed since.',
      tags: ['subscriptions'],
      body: SubscriptionMap,
      response: answers({ 200: Changes, 202: Changes }, 404, 409, 412, 413, 415, 429),
    },
    handler: async (request, reply) => {
      const member = memberOf(request)
      const ifMatch = request.headers['if-match']
      const sees = { seesHidden: member.isAdmin, mayManage: member.mayManage }
      const whose = { memberId: member.id, ...sees }
      const answer = await withinLimit(context.limits.changes, { key: member.id, reply }, (spend) =>
        writeOnce(context, request, async (tx) => {
          const items = await readSubscriptions(tx, whose)
          const wishes = wishesOf(request.body, items, operation.whole)
          requireMatch(ifMatch, items)
          const requested = await requestChanges(tx, {
            member,
            requestedBy: member,
            via: callerOf(request).via,
            ...originOf(request),
            wishes,
            ...sees,
            mirrorMaxAgeS: context.settings.mirrorMaxAgeS,
            removalLimit: context.settings.removalLimit,
            // By now every pair is locked: two calls with the same If-Match can't both get past this.
            spend: async () => {
              if (ifMatch !== undefined) requireMatch(ifMatch, await readSubscriptions(tx, whose))
              await spend()
            },
          })
          const changes = requested.filter(({ fresh }) => fresh).map(({ change }) => change)
          return {
            status: changes.length > 0 ? 202 : 200,
            location: locationOf(changes),
            body: { changes },
          }
        }),
      )
      return sendAnswer(reply, answer)
    },
  })
}

/** Where to look: at the one change, or at what all of them are about. */
function locationOf([first, ...more]: readonly Change[]): string | null {
  if (!first) return null
  return more.length === 0 ? `/api/v1/changes/${first.id}` : '/api/v1/user/subscriptions'
}

type Wish = { listName: string; action: 'subscribe' | 'unsubscribe' }

/** @throws {Refusal} VALIDATION_ERROR naming every list that is unknown, named twice, or missing from the whole. */
function wishesOf(
  { subscriptions }: SubscriptionMap,
  items: readonly Subscription[],
  whole: boolean,
): Wish[] {
  const known = new Map(items.map(({ list }) => [list.toLowerCase(), list]))
  const named = new Set<string>()
  const issues: { path: string; message: string }[] = []
  const wishes: Wish[] = []
  for (const [name, wanted] of Object.entries(subscriptions)) {
    const listName = known.get(name.toLowerCase())
    const path = `body/subscriptions/${name}`
    if (listName === undefined) issues.push({ path, message: 'is not a list that you may see' })
    else if (named.has(listName)) issues.push({ path, message: 'is named twice' })
    else {
      named.add(listName)
      wishes.push({ listName, action: wanted ? 'subscribe' : 'unsubscribe' })
    }
  }
  const missing = whole ? [...known.values()].filter((list) => !named.has(list)) : []
  issues.push(...missing.map((list) => ({ path: `body/subscriptions/${list}`, message: 'is missing' })))
  if (issues.length > 0) throw invalid(issues)
  return wishes
}
