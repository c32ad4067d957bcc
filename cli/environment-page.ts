import { writeFileSync } from 'node:fs'
import { variables as api } from '../api/config.ts'
import { variables as bot } from '../bot/config.ts'
import { variables, wayTo } from '../domain/contracts/environment.ts'
import type { Variable } from '../domain/contracts/read-environment.ts'
import { variables as worker } from '../worker/config.ts'

const opening = `# The environment

Every variable that guildpost reads, made from its schema by \`npm run environment\`; a test compares the two.

Variables come from the environment of the process. Below them, for what is not set there, \`.env.dev\` or \`.env.prod\` in the
folder that the process starts in, chosen by \`APP_ENV\`; [.env.example](../.env.example) is one to copy. The empty text means: not set.
In such a file a value with a \`#\` needs quotes, \`NAME="va#lue"\`: else a comment begins there.
A secret (🔑) can come from a file instead: \`NAME_FILE=/run/secrets/name\`, without the white space at its end. In an address, what is special in a name or a password is percent-encoded: \`@ : / % #\`.

A process that is told something wrong names everything that is wrong, each with an example, and exits with 78 (EX_CONFIG).

| variable | what it is | without it | read by |
|---|---|---|---|
`

const readers: Readonly<Record<string, Readonly<Record<string, Variable>>>> = { api, bot, worker }

/** The text of docs/environment.md. */
export function environmentPage(): string {
  return `${opening}${Object.entries<Variable>(variables).map(rowOf).join('\n')}\n`
}

function rowOf([name, described]: [string, Variable]): string {
  const { meaning, example, secret } = described
  const way = wayTo(described)
  const shown = way === undefined ? `for example \`${example}\`` : `to get one: ${way}`
  const by = Object.keys(readers).filter((reader) => Object.hasOwn(readers[reader] ?? {}, name))
  const cells = [
    `\`${name}\`${secret ? ' 🔑' : ''}`,
    `${meaning}; ${shown}`,
    without(name, described, by),
    by.join(', ') || 'doctor',
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

/** One process may do without what another one needs. */
function without(name: string, { fallback }: Variable, by: readonly string[]): string {
  if (fallback !== undefined) return `\`${fallback}\``
  const needing = by.filter((reader) => !readers[reader]?.[name]?.optional)
  if (needing.length === 0) return 'not used'
  return needing.length === by.length ? 'refuses to start' : `${needing.join(', ')} refuses to start`
}

if (import.meta.main) writeFileSync(new URL('../docs/environment.md', import.meta.url), environmentPage())
