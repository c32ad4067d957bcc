import { styleText } from 'node:util'
import { isMember, readAllLists, readList, readPerson } from './directory.ts'
import type { Session } from './session.ts'

/** Shows what ldapsearch finds of a list or, when there is none of that name, of a person. */
export async function lookUp(session: Session, name: string): Promise<void> {
  if (name === '') throw new Error('Which list? For example `ldap news`; `lists` shows them all.')
  const { directory } = session.system
  const list = await readList(directory, name)
  if (list !== null) {
    session.screen.print(styleText('dim', `  $ ${list.command}`))
    session.screen.print(ldifLines(session, list.ldif))
    return session.screen.print(`  ${memberCount(session, list.members)}`)
  }
  const person = await readPerson(directory, name)
  if (person === null)
    throw new Error(
      `The directory has neither a list nor a person called “${name}”. \`lists\` shows the lists.`,
    )
  session.screen.print(ldifLines(session, person))
}

const mostLines = 60

function ldifLines({ me, system }: Session, ldif: string): string {
  const lines = ldif.split('\n').map((raw) => {
    const line = readable(raw)
    const value = line.slice(line.indexOf(':') + 1).trim()
    if (line.startsWith('entryCSN')) return styleText('bold', line)
    if (value === system.directory.placeholderDn)
      return styleText('dim', `${line}   (nobody: keeps an empty list alive)`)
    return me !== null && isMember(value, me.username)
      ? styleText(['green', 'bold'], `${line}   ← you`)
      : line
  })
  const left = lines.length - mostLines
  const shown = left > 1 ? [...lines.slice(0, mostLines - 1), `… ${left} more …`, ...lines.slice(-1)] : lines
  return shown.map((line) => `  ${line}`).join('\n')
}

/** LDIF has base64 for whatever is not plain ASCII; here people read. */
function readable(line: string): string {
  return line.replace(
    /^([A-Za-z]+):: (.*)$/,
    (_, name: string, value: string) => `${name}: ${Buffer.from(value, 'base64').toString()}`,
  )
}

function memberCount({ me }: Session, members: string[]): string {
  const count = members.length === 1 ? '1 member' : `${members.length} members`
  if (me === null) return count
  const isOn = members.some((value) => isMember(value, me.username))
  return `${count}; ${me.username} is ${isOn ? styleText('green', 'on it') : styleText('yellow', 'not on it')}`
}

/** Shows all lists, and marks those that the one at the prompt is on. */
export async function showLists(session: Session): Promise<void> {
  const lists = await readAllLists(session.system.directory)
  session.listNames = lists.map(({ name }) => name)
  const { me } = session
  const longest = Math.max(...lists.map(({ name }) => name.length))
  for (const { name, members } of lists) {
    const isOn = me !== null && members.some((value) => isMember(value, me.username))
    const mark = isOn ? styleText('green', '✔') : ' '
    session.screen.print(
      `  ${mark} ${name.padEnd(longest)}  ${styleText('dim', `${String(members.length).padStart(3)} members`)}`,
    )
  }
}
