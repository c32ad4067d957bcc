import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export type ComposeService = {
  build?: unknown
  image?: string
  command?: string[]
  restart?: string
  container_name?: string
  network_mode?: string
  environment?: Record<string, string>
  ports?: string[]
  networks?: string[]
  profiles?: string[]
  configs?: { source: string; target: string }[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test?: string[]; disable?: boolean }
  secrets?: string[]
  read_only?: boolean
  cap_drop?: string[]
  deploy?: { resources?: { limits?: { cpus?: string; memory?: string; pids?: number } } }
}

export type ComposeFile = {
  services: Record<string, ComposeService>
  configs: Record<string, { content?: string; file?: string }>
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } }>
  secrets: Record<string, { file: string }>
}

/** A Compose file of the repository, its merge keys carried out. */
export const readCompose = (name: string): ComposeFile =>
  parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'), { merge: true }) as ComposeFile

export const compose = readCompose('docker-compose.yml')

export type Interpolated = { name: string; operator: string | null; argument: string }

/** What the file asks the environment for: `${NAME:?what is missing}`, `${NAME:-default}`, `${NAME:+instead of it}`. */
export const interpolatedIn = (file: ComposeFile): Interpolated[] =>
  // Comments name commands for people; only what Compose itself reads counts. A default may ask for another variable.
  [...JSON.stringify(file).matchAll(/(?<!\$)\$\{([A-Z_]+)(?=(?:(:[-?+])([^}]*))?\})/g)].map(
    ([, name = '', operator = null, argument = '']) => ({ name, operator, argument }),
  )

export const interpolated: readonly Interpolated[] = interpolatedIn(compose)

/**
 * A service's environment as Compose would fill it in.
 * @throws {Error} for a `${NAME:?…}` that `given` has not.
 */
export function environmentOf(
  service: string,
  given: Record<string, string>,
  file: ComposeFile = compose,
): Record<string, string> {
  const wanted = Object.entries(file.services[service]?.environment ?? {})
  return Object.fromEntries(wanted.map(([name, value]) => [name, filledIn(value, given)]))
}

/** A value as Compose would fill it in. */
export function filledIn(value: string, given: Record<string, string>): string {
  const filled = value.replaceAll(
    /\$\{([A-Z_]+)(?::([-?+])([^{}]*))?\}/g,
    (_all, name: string, operator = '', argument = '') => {
      if (given[name]) return operator === '+' ? (argument as string) : given[name]
      if (operator === '?') throw new Error(`${name}: ${argument}`)
      return operator === '-' ? (argument as string) : ''
    },
  )
  // One inside another is filled in first.
  return filled === value ? value : filledIn(filled, given)
}
