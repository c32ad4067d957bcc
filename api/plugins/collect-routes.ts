import type { Server } from './typed-server.ts'

/** Remembers every route, to tell a wrong method (405) from a wrong address (404). */
export function collectRoutes(server: Server): { allowedAt(url: string): string[] } {
  const methodsOf = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  server.addHook('onRoute', ({ url, method }) => {
    // Answers the browser's question before a call from another origin, wherever that goes.
    if (method === 'OPTIONS') return
    const known = methodsOf.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const one of [method].flat()) known.methods.add(one)
    methodsOf.set(url, known)
  })
  return {
    allowedAt: (url) => {
      const path = url.replace(/[?#].*$/s, '')
      const found = [...methodsOf.values()].filter(({ pattern }) => pattern.test(path))
      return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
    },
  }
}

function patternOf(url: string): RegExp {
  const escaped = url
    .replace(/\/$/, '')
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
  return new RegExp(`^${escaped.join('/')}/?$`)
}
