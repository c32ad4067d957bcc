import { writeFileSync } from 'node:fs'
import { variables as api } from '../api/config.ts'
import { variables as bot } from '../bot/config.ts'
import { variables } from '../domain/contracts/environment.ts'
import { variables as worker } from '../worker/config.ts'

type Described = { meaning: string; example: string; fallback?: string; optional?: true; secret?: true }

const opening = `# The environment

Every variable that guildpost reads, made from its schema by \`npm run environment\`; a test compares the two.

Variables come from the environment of the process. Below them, for what is not set there, \`.env.dev\` or \`.env.prod\` in the
folder that the process starts in, chosen by \`APP_ENV\`; [.env.example](../.env.example) is one to copy. The empty text means: not set.
A secret (🔑) can come from a file instead: \`NAME_FILE=/run/secrets/name\`, whose last line break is left out.

A process that is told something wrong names everything that is wrong, each with an example, and exits with 78 (EX_CONFIG).

| variable | what it is | without it | read by |
|---|---|---|---|
`

const readers: Readonly<Record<string, Record<string, unknown>>> = { api, bot, worker }

/** The text of docs/environment.md. */
export function environmentPage(): string {
  return `${opening}${Object.entries<Described>(variables).map(rowOf).join('\n')}\n`
}

function rowOf([name, { meaning, example, fallback, optional, secret }]: [string, Described]): string {
  const without = fallback === undefined ? (optional ? 'not used' : 'refuses to start') : `\`${fallback}\``
  // An example in brackets says how to come by a value that nobody should copy.
  const way = /^\((.*)\)$/.exec(example)?.[1]
  const shown = way === undefined ? `for example \`${example}\`` : `to get one: ${way}`
  const by = Object.keys(readers).filter((reader) => Object.hasOwn(readers[reader] ?? {}, name))
  const cells = [
    `\`${name}\`${secret ? ' 🔑' : ''}`,
    `${meaning}; ${shown}`,
    without,
    by.join(', ') || 'doctor',
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

if (import.meta.main) writeFileSync(new URL('../docs/environment.md', import.meta.url), environmentPage())
