import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Value } from 'typebox/value'
import type { Change, ChangeAction } from '../../domain/contracts/change.ts'
import type { AccountLink } from '../../domain/contracts/link.ts'
import { PageQuery } from '../../domain/contracts/page.ts'
import type { Subscription } from '../../domain/contracts/subscription.ts'
import { type Answer, type Call, problem } from './_answer.ts'
import { createManagedLists } from './_managed-lists.ts'
import { createNoticeRules } from './_notice-rules.ts'

export { type Call, problem } from './_answer.ts'

export const serviceToken = 'a-service-token-for-tests-of-the-bot'
/** Where members reach the API with a browser, which is not where the bot does. */
export const accountUrl = 'https://lists.example/account'

type Script = {
  method: string
  path: RegExp
  times: number
  answer: (call: Call) => Answer | Promise<Answer>
}

export type FakeApi = Awaited<ReturnType<typeof startFakeApi>>

/**
 * The API as far as the bot uses it, with one member, Alice. A wish becomes a change that waits until the test ends it
 * (or ends at once, with `outcome`). `script` answers coming calls otherwise.
 */
export async function startFakeApi() {
  const calls: Call[] = []
  const introductions: unknown[] = []
  const scripts: Script[] = []
  const changes = new Map<string, Change>()
  const waiting = new Set<() => void>()
  const managed = createManagedLists((list, username, action) => ({
    status: 202,
    body: accept(list, action, username),
  }))
  const noticeRules = createNoticeRules()
  const model = {
    linked: true,
    me: { username: 'alice', displayName: 'Alice Anderson', isAdmin: false, via: 'discord' },
    lists: [
      subscription('news', { displayName: 'News of the guild' }),
      subscription('chess', { subscribed: true }),
    ],
    /** What becomes of a wish at once; null leaves it queued. */
    outcome: { state: 'applied', proof: { version: 'v7', how: 'modified' } } as Partial<Change> | null,
    /** Whom other accounts act for, as admins see it. */
    links: {} as Record<string, AccountLink>,
  }

  function end(id: string, outcome: Partial<Change>): void {
    const change = changes.get(id)
    if (!change) throw new Error(`there is no change ${id}`)
    changes.set(id, { ...change, endedAt: new Date().toISOString(), ...outcome })
    for (const wake of waiting) wake()
  }

  function accept(list: string, action: ChangeAction, member = 'alice'): Change {
    const change = { ...newChange(`change-${changes.size + 1}`, list, action), member }
    changes.set(change.id ?? '', change)
    if (model.outcome) end(change.id ?? '', model.outcome)
    return change
  }

  function wish(list: string, action: ChangeAction): Answer {
    const found = model.lists.find((one) => one.list === list)
    if (!found) return problem('NOT_FOUND', { reason: 'LIST_NOT_FOUND' })
    if (found.subscribed !== (action === 'subscribe')) return { status: 202, body: accept(list, action) }
    const proof = { version: 'v3', how: 'modified' as const }
    return { status: 200, body: { ...newChange(null, list, action), state: 'applied', proof } }
  }

  async function changeAt(id: string, waitS: number, gone: AbortSignal): Promise<Answer> {
    const over = AbortSignal.any([AbortSignal.timeout(waitS * 1_000), gone])
    while (changes.get(id)?.endedAt === null && !over.aborted) {
      const woken = Promise.withResolvers<void>()
      waiting.add(woken.resolve)
      await Promise.race([woken.promise, once(over, 'abort')])
      waiting.delete(woken.resolve)
    }
    const change = changes.get(id)
    return change ? { status: 200, body: change } : problem('NOT_FOUND', { reason: 'CHANGE_NOT_FOUND' })
  }

  async function usual(call: Call, gone: AbortSignal): Promise<Answer> {
    const { pathname, searchParams } = new URL(call.path, 'http://api')
    if (isTooMuch(searchParams)) return problem('VALIDATION_ERROR')
    const [first, second, third] = pathname.slice(1).split('/').map(decodeURIComponent)
    const route = `${call.method} ${first}/${third === undefined ? (second ?? '') : '*'}`
    if (route === 'POST links/') {
      if (model.linked) return problem('CONFLICT', { reason: 'ALREADY_LINKED' })
      return {
        status: 201,
        body: { id: 'attempt', url: 'https://lists.example/link/secret', expiresAt: '2030-01-02T03:04:05Z' },
      }
    }
    if (route === 'POST links/mail') {
      if (model.linked) return problem('CONFLICT', { reason: 'ALREADY_LINKED' })
      return { status: 201, body: { id: 'attempt', expiresAt: '2030-01-02T03:04:05Z' } }
    }
    if (route === 'POST links/code') {
      if ((call.body as { code: string }).code !== '123456')
        return problem('PERMISSION_DENIED', { reason: 'CODE_WRONG', triesLeft: 4 })
      model.linked = true
      return { status: 200, body: model.me }
    }
    if (route === 'GET bot/') return { status: 200, body: { accountUrl } }
    if (call.path === '/bot' || call.path === '/bot/lease') return { status: 204 }
    if (!model.linked) return problem('NOT_LINKED')
    const isOwner = managed.owned !== null && second === 'lists'
    if (first === 'admin' && !model.me.isAdmin && !isOwner)
      return problem('PERMISSION_DENIED', { reason: 'ADMINS_ONLY' })
    if (first === 'admin' && second === 'notice-rules') return noticeRules.answer(call)
    if (first === 'admin' && second !== 'links') return managed.admin(call)
    if (first === 'lists' && second) return managed.one(second, model.me.isAdmin || managed.owned !== null)
    switch (route) {
      case 'GET user/subscriptions':
        return { status: 200, body: { items: model.lists } }
      case 'PATCH user/subscriptions': {
        const wishes = Object.entries((call.body as { subscriptions: Record<string, boolean> }).subscriptions)
        return {
          status: 202,
          body: { changes: wishes.map(([list, on]) => accept(list, on ? 'subscribe' : 'unsubscribe')) },
        }
      }
      case 'PUT user/*':
        return wish(third ?? '', 'subscribe')
      case 'DELETE user/*':
        return wish(third ?? '', 'unsubscribe')
      case `GET changes/${second}`:
        return changeAt(second ?? '', Number(searchParams.get('wait') ?? 0), gone)
      case 'POST changes/*': {
        if (third === 'told') return { status: 204 }
        end(second ?? '', { state: 'cancelled', reason: { code: 'CANCELLED', message: 'It was cancelled.' } })
        return { status: 200, body: changes.get(second ?? '') }
      }
      case 'GET auth/me':
        return { status: 200, body: model.me }
      case 'POST links/*':
        return { status: 204 }
      case 'GET admin/*':
      case 'DELETE admin/*': {
        const found = model.links[third ?? '']
        if (second !== 'links' || !found) return problem('NOT_FOUND', { reason: 'LINK_NOT_FOUND' })
        if (call.method === 'GET') return { status: 200, body: found }
        delete model.links[third ?? '']
        return { status: 204 }
      }
      case 'DELETE links/mine':
        model.linked = false
        return { status: 204 }
      case 'GET lists/': {
        const q = (searchParams.get('q') ?? '').slice(0, 3)
        const found = model.lists.filter(({ list }) => list.includes(q))
        const items = found.map(({ list, displayName, description }) => ({
          name: list,
          displayName,
          description,
          join: 'open',
          source: 'ldap',
          state: 'active',
        }))
        return { status: 200, body: { items, nextCursor: null } }
      }
      default:
        return problem('NOT_FOUND')
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^\/api\/v1/, '')
    const call: Call = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      body: await bodyOf(request),
    }
    // Said once as it starts, whatever the story is about.
    if (call.method === 'POST' && call.path === '/bot') introductions.push(call.body)
    else if (call.path !== '/bot/lease') calls.push(call)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const { status, body, headers } = await (takeScript(scripts, call)?.answer(call) ??
      usual(call, gone.signal))
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    response.writeHead(status, body === undefined ? headers : { 'content-type': type, ...headers })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const goAway = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(0)

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    /** What the bot said of itself. */
    introductions,
    changes,
    model,
    managed,
    noticeRules,
    end,
    callsTo: (method: string, path: RegExp) =>
      calls.filter((call) => call.method === method && path.test(call.path)),
    script(method: string, path: RegExp, answer: Script['answer'] | Answer, times = 1) {
      scripts.push({ method, path, times, answer: typeof answer === 'function' ? answer : () => answer })
    },
    /** Coming calls that match get no answer until `release` is called. */
    hold(method: string, path: RegExp) {
      const { promise, resolve } = Promise.withResolvers<void>()
      scripts.push({
        method,
        path,
        times: Infinity,
        answer: async () => {
          await promise
          return problem('UNAVAILABLE')
        },
      })
      return resolve
    },
    goAway,
    comeBack: () => listen(port),
    stop: goAway,
  }
}

/** More than the API takes of what every collection can be asked for, or longer than it lets anybody wait. */
function isTooMuch(query: URLSearchParams): boolean {
  const [limit, wait] = [Number(query.get('limit') ?? 50), Number(query.get('wait') ?? 0)]
  return !Value.Check(PageQuery, { limit, q: query.get('q') ?? '' }) || wait > 25
}

function takeScript(scripts: Script[], { method, path }: Call): Script | undefined {
  const index = scripts.findIndex((script) => script.method === method && script.path.test(path))
  const script = scripts[index]
  if (script && --script.times <= 0) scripts.splice(index, 1)
  return script
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : JSON.parse(text)
}

export function subscription(list: string, more: Partial<Subscription> = {}): Subscription {
  return { list, displayName: list, description: '', subscribed: false, pending: null, ...more }
}

function newChange(id: string | null, list: string, action: ChangeAction): Change {
  return {
    id,
    list,
    member: 'alice',
    action,
    state: 'queued',
    reason: null,
    requestedBy: 'alice',
    via: 'discord',
    createdAt: new Date().toISOString(),
    endedAt: null,
    proof: null,
    supersededBy: null,
    retryOf: null,
  }
}
