import { ConfigError } from './read-environment.ts'

/** Parts of the two environments that were put together: what was stamped or named for one is used by the other. */
export class MixedEnvironments extends ConfigError {
  constructor(problem: string) {
    super([problem])
  }
}

type Named = { APP_ENV?: string; REDIS_URL?: string; DATABASE_URL?: string; JOBS_URL?: string }

/**
 * What of the addresses is the other environment's by its name: the user of Redis (`dev`, `pro`), or a database that is called
 * after development while this is production; a sentence each, naming both and how to mend it.
 */
export function problemsOfMixedEnvironments(values: Named): string[] {
  const { APP_ENV, REDIS_URL } = values
  const problems: string[] = []
  if (APP_ENV === undefined) return problems
  const user = partsOf(REDIS_URL)?.user
  const wanted = APP_ENV === 'prod' ? 'pro' : 'dev'
  if ((user === 'dev' || user === 'pro') && user !== wanted)
    problems.push(
      `APP_ENV is ${APP_ENV}, but REDIS_URL signs in as ${user}, the user of ${user === 'pro' ? 'prod' : 'dev'}. Example: REDIS_URL=redis://${wanted}:secret@127.0.0.1:6379`,
    )
  if (APP_ENV !== 'prod') return problems
  for (const variable of ['DATABASE_URL', 'JOBS_URL'] as const) {
    const database = partsOf(values[variable])?.database ?? ''
    if (/(^|[_-])dev$/.test(database))
      problems.push(
        `APP_ENV is prod, but ${variable} names the database ${database}. Name that of prod there, or set APP_ENV=dev.`,
      )
  }
  return problems
}

/** Null for an address of several hosts, which no library of ours takes apart. */
function partsOf(address: string | undefined): { user: string; database: string } | null {
  const url = address === undefined ? null : URL.parse(address)
  return url && { user: decodeURIComponent(url.username), database: url.pathname.slice(1) }
}
