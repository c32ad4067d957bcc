import { styleText } from 'node:util'
import { openLinkPage, type LinkPage, signInOnLinkPage } from './link-page.ts'
import { hint, type Session, whoAmI } from './session.ts'
import { buttonsOf } from './show-message.ts'
import { wrap } from './wrap.ts'

/** Reads the sign-in page. */
export async function openPage(session: Session): Promise<void> {
  showPage(session, await openLinkPage(linkAddress(session)))
  hint(session, '`login` fills it in')
}

/** Signs in there, as the one who was chosen or as `NAME PASSWORD`. */
export async function logIn(session: Session, argument: string): Promise<void> {
  const url = linkAddress(session)
  const [username = whoAmI(session).username, typed] = argument.split(/\s+/).filter((word) => word !== '')
  const password = typed ?? session.system.passwordOf?.(username)
  if (password === undefined) throw new Error('With which account? `login USERNAME PASSWORD`')
  session.screen.print(styleText('dim', `  (signs in as ${username} on ${url})`))
  const page = await signInOnLinkPage(url, { username, password })
  showPage(session, page)
  session.code = page.code
  if (page.code !== null) hint(session, `back in Discord: \`code ${page.code}\``)
}

/** The page that the newest reply links to. @throws when it links to none. */
function linkAddress({ last }: Session): string {
  const url = last?.reply && buttonsOf(last.reply).find((button) => button.url)?.url
  if (!url) throw new Error('There is no page to open. `/link` gives you one.')
  return url
}

function showPage({ screen }: Session, { text }: LinkPage): void {
  const bar = styleText('yellow', '┃')
  screen.print(
    wrap(text, screen.width - 6)
      .map((line) => `  ${bar} ${line}`)
      .join('\n'),
  )
}
