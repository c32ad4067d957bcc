import { styleText } from 'node:util'
import { requireDiscord, type Session, whoAmI } from './session.ts'

/** The roles that somebody has in the invented server; without a name, you. */
export function showRoles(session: Session, name: string): void {
  const discord = requireDiscord(session)
  const user = name === '' ? whoAmI(session) : session.users.get(name.toLowerCase())
  if (user === undefined) throw new Error(`${name} is not in the server yet: \`as ${name}\` lets them in.`)
  const ids = discord.rolesOf(user.id)
  const names = discord.roles.filter(({ id }) => ids.includes(id)).map((role) => `@${role.name}`)
  const shown = names.length === 0 ? 'no roles (linking brings @verified)' : names.join(', ')
  session.screen.print(`  ${styleText('bold', user.username)} has ${shown}`)
}
