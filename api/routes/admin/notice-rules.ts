import { Type } from 'typebox'
import {
  NewNoticeRule,
  NoticeExample,
  NoticeRoute,
  NoticeRule,
  NoticeRules,
} from '../../../domain/contracts/notice-rule.ts'
import { PageQuery } from '../../../domain/contracts/page.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { defaultPlace } from '../../../domain/rules/places-for.ts'
import { routeExample } from '../../../domain/rules/route-example.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { addNoticeRule } from '../../../domain/store/topics/add-notice-rule.ts'
import { readNoticeRulePage, readNoticeRules } from '../../../domain/store/topics/read-notice-rules.ts'
import { removeNoticeRule } from '../../../domain/store/topics/remove-notice-rule.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { brokenCursor, cursorAfter, readCursor } from '../../plugins/cursor.ts'
import { byAdmin } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { defaultPlacesOf } from '../../telling.ts'

export function listNoticeRulesRoute(server: Server, { db, settings }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/notice-rules',
    schema: {
      operationId: 'listNoticeRules',
      summary: 'Every rule that says where notices go, the oldest first; there are 100 at most',
      tags: ['admin'],
      querystring: Type.Pick(PageQuery, ['limit', 'cursor']),
      response: answers({ 200: NoticeRules }),
    },
    handler: async (request) => {
      const { limit = 50, cursor } = request.query
      const after = readCursor(cursor)
      // As a bigint of Postgres takes it.
      if (after !== null && !/^[0-9]{1,18}$/.test(after)) throw brokenCursor()
      const { items, next } = await readNoticeRulePage(db, { limit, after })
      return {
        items,
        nextCursor: next === null ? null : cursorAfter(next),
        defaults: {
          alerts: defaultPlace('alertmanager', defaultPlacesOf(settings)),
          others: defaultPlace('api', defaultPlacesOf(settings)),
        },
      }
    },
  })
}

export function addNoticeRuleRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/notice-rules',
    config: { once: true },
    schema: {
      operationId: 'addNoticeRule',
      summary: 'Add a rule that says where notices go, from the next one on',
      description:
        'What a rule leaves out may be anything. A notice goes to the place of every rule that asks for it, and to the default place where none does; one that says nowhere keeps it from all of them. A channel is not asked about here. 409 RULE_EXISTS, TOO_MANY_RULES.',
      tags: ['admin'],
      body: NewNoticeRule,
      response: answers({ 201: NoticeRule }, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const rule = await addNoticeRule(tx, {
          rule: request.body,
          ...byAdmin(request),
        })
        return { status: 201, location: null, body: rule }
      }),
  })
}

export function removeNoticeRuleRoute(server: Server, context: Context): void {
  server.route({
    method: 'DELETE',
    url: '/admin/notice-rules/:id',
    config: { once: true },
    schema: {
      operationId: 'removeNoticeRule',
      summary: 'Remove a rule, from the next notice on',
      tags: ['admin'],
      params: Type.Object({ id: Type.String({ description: 'the id of the rule (UUID)' }) }),
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { id } = request.params
        const removed =
          isUuid(id) &&
          (await removeNoticeRule(tx, {
            ruleId: id.toLowerCase(),
            ...byAdmin(request),
          }))
        if (!removed) throw new Refusal('NOT_FOUND', 'There is no such rule.', { reason: 'RULE_NOT_FOUND' })
        return { status: 204, location: null, body: null }
      }),
  })
}

export function testNoticeRulesRoute(server: Server, { db, settings }: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/notice-rules/test',
    schema: {
      operationId: 'testNoticeRules',
      summary: 'Where an example would go, and by which rules; nothing is sent',
      tags: ['admin'],
      body: Type.Object({ example: NoticeExample }, { additionalProperties: false }),
      response: answers({ 200: NoticeRoute }, 413, 415),
    },
    handler: async (request) =>
      routeExample(await readNoticeRules(db), request.body.example, defaultPlacesOf(settings)),
  })
}
