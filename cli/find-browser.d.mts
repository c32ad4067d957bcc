/** Either where the browser is, or why none is used. */
export type Found = { path: string; missing: null } | { path: null; missing: string }

export function findBrowser(environment: Record<string, string | undefined>): Found
