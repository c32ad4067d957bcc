import { createHash } from 'node:crypto'
import type { ApiAnswer, ApiRequest, Route } from './api-route.ts'

interface Window {
  used: number
  endsAt: number
}

export interface RateLimits {
  /** Counts a request; `refusal` is the 429 when it came too early, `headers` go onto its answer otherwise. */
  take(route: Route, request: ApiRequest): { headers: Record<string, string>; refusal?: ApiAnswer }
}

const globalLimit = { count: 50, windowMs: 1000 }

/**
 * Discord's two kinds of limit: per route and major parameter, announced in headers, and 50 a second over all
 * authenticated requests. Counted in real time, because a client that is told to wait does so in real time.
 * https://docs.discord.com/developers/topics/rate-limits
 */
export function createRateLimits(): RateLimits {
  const windows = new Map<string, Window>()

  function use(key: string, { count, windowMs }: { count: number; windowMs: number }) {
    const now = performance.now()
    let window = windows.get(key)
    if (!window || window.endsAt <= now) {
      window = { used: 0, endsAt: now + windowMs }
      windows.set(key, window)
    }
    const allowed = window.used < count
    if (allowed) window.used += 1
    return { allowed, remaining: count - window.used, resetAfterMs: window.endsAt - now }
  }

  return {
    take(route, request) {
      if (route.auth) {
        const { allowed, resetAfterMs } = use('global', globalLimit)
        if (!allowed) return { headers: {}, refusal: tooMany(resetAfterMs, 'global') }
      }
      const major = route.limit.per === undefined ? '' : (request.params[route.limit.per] ?? '')
      const { allowed, remaining, resetAfterMs } = use(`${route.method} ${route.path} ${major}`, route.limit)
      const headers = bucketHeaders(route, remaining, resetAfterMs)
      if (allowed) return { headers }
      const refusal = tooMany(resetAfterMs, 'user')
      return { headers, refusal: { ...refusal, headers: { ...headers, ...refusal.headers } } }
    },
  }
}

/** A 429 with what a client needs to know to obey it. */
export function tooMany(retryAfterMs: number, scope: 'user' | 'global' | 'shared'): ApiAnswer {
  const retryAfterS = Math.ceil(retryAfterMs) / 1000
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: retryAfterS, global: scope === 'global' },
    headers: {
      'retry-after': String(Math.ceil(retryAfterS)),
      'x-ratelimit-scope': scope,
      ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
    },
  }
}

function bucketHeaders(route: Route, remaining: number, resetAfterMs: number): Record<string, string> {
  const resetAfterS = Math.ceil(resetAfterMs) / 1000
  return {
    'x-ratelimit-bucket': createHash('md5').update(`${route.method} ${route.path}`).digest('hex'),
    'x-ratelimit-limit': String(route.limit.count),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Date.now() / 1000 + resetAfterS),
    'x-ratelimit-reset-after': String(resetAfterS),
  }
}
