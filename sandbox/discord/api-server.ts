import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiError, apiErrors, errorBody } from './api-error.ts'
import type { ApiAnswer, ApiRequest, Route } from './api-route.ts'
import { createRateLimits } from './rate-limits.ts'
import { takeTrouble, troubledAnswer, type Trouble } from './scripted-trouble.ts'
import type { DiscordState, UploadedFile } from './state.ts'

/** Discord's REST API under `/api/v10` (the version is optional), not listening yet. */
export function createApiServer(state: DiscordState, routes: Route[], troubles: Trouble[]): Server {
  const limits = createRateLimits()
  const matchers = routes.map((route) => ({ route, segments: route.path.split('/') }))

  /** Null: no answer comes, any more or ever. */
  async function answer(incoming: IncomingMessage): Promise<ApiAnswer | null> {
    const request = await readRequest(incoming)
    const trouble = takeTrouble(troubles, request.method, request.path)
    if (!trouble) return handle(request, incoming.headers.authorization)
    const { status, instead, delayMs, afterAccepting = false } = trouble
    if (delayMs !== undefined) await delay(delayMs)
    const lies = status !== undefined || instead !== undefined
    const usual = lies && !afterAccepting ? null : handle(request, incoming.headers.authorization)
    if (instead === 'cut') incoming.socket.destroy()
    if (instead !== undefined) return null
    return status === undefined ? usual : troubledAnswer(trouble, status)
  }

  function handle(request: ApiRequest, credential: string | undefined): ApiAnswer {
    const route = findRoute(request)
    if (!route) {
      noteViolation(state, request, ['the Discord stand-in has no such route'])
      throw apiErrors.noSuchRoute()
    }
    if (route.auth && credential !== `Bot ${state.token}`) throw apiErrors.unauthorized()
    const { headers, refusal } = limits.take(route, request)
    if (refusal) {
      state.rateLimited += 1
      return refusal
    }
    const { headers: own, ...rest } = handleOrRefuse(route, request, state)
    return { ...rest, headers: { ...headers, ...own } }
  }

  function findRoute(request: ApiRequest): Route | undefined {
    const actual = request.path.split('/')
    for (const { route, segments } of matchers) {
      const params = route.method === request.method ? matchSegments(segments, actual) : undefined
      if (!params) continue
      request.params = params
      return route
    }
    return undefined
  }

  return createServer((incoming, outgoing) => {
    answer(incoming).then(
      (given) => given && send(outgoing, given),
      (error: unknown) => send(outgoing, asAnswer(error)),
    )
  })
}

/** A refusal is an answer too: it counts in the limits and carries their headers. */
function handleOrRefuse(route: Route, request: ApiRequest, state: DiscordState): ApiAnswer {
  try {
    return route.handle(request, state)
  } catch (error) {
    if (error instanceof ApiError && isMalformed(error)) noteViolation(state, request, describe(error))
    return asAnswer(error)
  }
}

/** Whether the bot's code, and not the situation, is at fault: an invalid form or an empty message. */
function isMalformed({ code }: ApiError): boolean {
  return code === 50_035 || code === 50_006
}

function describe({ message, problems }: ApiError): string[] {
  if (problems.length === 0) return [message]
  return problems.map((problem) => `${problem.path.join('.') || 'body'}: ${problem.message}`)
}

function noteViolation(state: DiscordState, { method, path, body }: ApiRequest, problems: string[]): void {
  state.violations.push({ request: `${method} ${path}`, problems, body })
}

function asAnswer(error: unknown): ApiAnswer {
  if (error instanceof ApiError) return { status: error.status, body: errorBody(error) }
  // A fault of the stand-in itself: its trace is the quickest way to it, and it never leaves this machine.
  const trace = error instanceof Error ? error.stack : String(error)
  return { status: 500, body: { message: `the Discord stand-in failed: ${trace}`, code: 0 } }
}

function matchSegments(segments: string[], actual: string[]): Record<string, string> | undefined {
  if (segments.length !== actual.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const value = actual[index] ?? ''
    if (segment.startsWith(':')) params[segment.slice(1)] = value
    else if (segment !== value) return undefined
  }
  return params
}

async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const url = new URL(incoming.url ?? '/', 'http://discord.invalid')
  const path = decodeURIComponent(url.pathname).replace(/^\/api(\/v\d+)?/, '')
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const raw = Buffer.concat(chunks)
  const { body, files } = await readBody(raw, incoming.headers['content-type'] ?? '')
  return { method: incoming.method ?? 'GET', path, params: {}, query: url.searchParams, body, files }
}

async function readBody(raw: Buffer, contentType: string): Promise<{ body: unknown; files: UploadedFile[] }> {
  if (raw.length === 0) return { body: undefined, files: [] }
  if (!contentType.startsWith('multipart/form-data'))
    return { body: parseJson(raw.toString('utf8')), files: [] }
  const form = await new Response(new Uint8Array(raw), {
    headers: { 'content-type': contentType },
  }).formData()
  const files: UploadedFile[] = []
  let body: unknown = {}
  for (const [field, value] of form) {
    if (typeof value !== 'string') {
      const content = Buffer.from(await value.arrayBuffer())
      files.push({ field, filename: value.name, contentType: value.type, content })
    } else if (field === 'payload_json') body = parseJson(value)
  }
  return { body, files }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw apiErrors.invalidJson()
  }
}

function send(outgoing: ServerResponse, { status, body, headers }: ApiAnswer): void {
  if (Buffer.isBuffer(body)) {
    outgoing.writeHead(status, headers).end(body)
  } else if (body === undefined) {
    // discord.js parses by content type, so an empty answer must not claim to be JSON.
    outgoing.writeHead(status, headers).end()
  } else {
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}
