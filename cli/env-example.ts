import { writeFileSync } from 'node:fs'
import { variables, wayTo } from '../domain/contracts/environment.ts'
import type { Variable } from '../domain/contracts/read-environment.ts'

const opening = `# Every variable that guildpost reads. Made by: npm run environment
#
# Copy this to .env.dev or .env.prod (APP_ENV chooses which; dev without it) and fill in what is not commented out.
# A variable that is set already wins over the file. A value with a # needs quotes: NAME="va#lue". Every secret can come from a file instead: NAME_FILE=/path.
# \`npm start\` needs none of this: it invents what is missing.
`

/** The text of .env.example: what must be set stands open, what has a default or may stay unset is commented out. */
export function envExample(): string {
  return [opening, ...Object.entries<Variable>(variables).map(([name, one]) => entry(name, one))].join('\n')
}

function entry(name: string, described: Variable): string {
  const { meaning, example, fallback, optional } = described
  const need = fallback === undefined ? (optional ? 'optional' : 'required') : `default: ${fallback}`
  const way = wayTo(described)
  const comment = way === undefined ? '' : `; to get one: ${way}`
  const setting = `${need === 'required' ? '' : '#'}${name}=${way === undefined ? example : ''}`
  return `# ${meaning} (${need}${comment})\n${setting}\n`
}

if (import.meta.main) writeFileSync(new URL('../.env.example', import.meta.url), envExample())
