import { styleText } from 'node:util'
import { isLinkPage, openLinkPage, type LinkPage, signInOnLinkPage } from './link-page.ts'
import { hint, type Session, whoAmI } from './session.ts'
import { buttonsOf } from './show-message.ts'
import { wrap } from './wrap.ts'

/** Reads the sign-in page. */
export async function openPage(session: Session): Promise<void> {
  showPage(session, await openLinkPage(linkAddress(session), session.cookies))
  hint(session, '`login` fills it in')
}

/** Signs in there, as the one who was chosen or as `NAME PASSWORD`. */
export async function logIn(session: Session, argument: string): Promise<void> {
  const url = linkAddress(session)
  // A password may have blanks.
  const [, name, typed] = /^(\S*)\s*(.*)$/s.exec(argument) ?? []
  const username = name || whoAmI(session).username
  const password = typed || session.system.passwordOf?.(username)
  if (password === undefined) throw new Error('With which account? `login USERNAME PASSWORD`')
  session.screen.print(styleText('dim', `  (signs in as ${username} on ${url})`))
  const page = await signInOnLinkPage(url, { username, password }, session.cookies)
  showPage(session, page)
  session.code = page.code
  if (page.code !== null) hint(session, `back in Discord: \`code ${page.code}\``)
}

/** The sign-in page that the newest reply links to. @throws when it links to none. */
function linkAddress({ last, system }: Session): string {
  const addresses = (last?.reply ? buttonsOf(last.reply) : []).flatMap(({ url }) => url ?? [])
  const address = addresses.find((url) => isLinkPage(url, system.apiUrl))
  if (address !== undefined) return address
  throw new Error(
    addresses.length === 0
      ? 'There is no page to open. `/link` gives you one.'
      : 'That page is one for a browser. `/link` gives you the one that opens here.',
  )
}

function showPage({ screen }: Session, { text }: LinkPage): void {
  const bar = styleText('yellow', '┃')
  screen.print(
    wrap(text, screen.width - 6)
      .map((line) => `  ${bar} ${line}`)
      .join('\n'),
  )
}
