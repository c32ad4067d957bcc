import { styleText } from 'node:util'
import { people } from '../people.ts'
import { type LogMode, logModes } from '../start/log-view.ts'
import { click, enterCode, select, typeInto } from './discord-actions.ts'
import { lookUp, showLists } from './directory-commands.ts'
import { highlight } from './highlight.ts'
import { logIn, openPage } from './page-commands.ts'
import { showChannel, showDms, showMail, showWho } from './show-commands.ts'
import { showRoles } from './show-roles.ts'
import { actAs, type Session } from './session.ts'

export type PromptCommand = {
  name: string
  usage: string
  about: string
  run: (session: Session, argument: string) => Promise<void> | void
  /** What Tab offers for the argument. */
  complete?: (session: Session) => string[]
}

const uids = ({ system }: Session) => (system.passwordOf === null ? [] : people.map(({ uid }) => uid))
const listNames = ({ listNames: names }: Session) => names

/** Everything that the prompt understands besides Discord's slash commands. */
export const promptCommands: PromptCommand[] = [
  {
    name: 'as',
    usage: 'as bob',
    about: 'be Bob’s Discord account (`as bob zh-TW`: in Chinese)',
    run: be,
    complete: uids,
  },
  { name: 'click', usage: 'click 2', about: 'press that button of the newest reply', run: click },
  {
    name: 'select',
    usage: 'select +news',
    about: 'tick and untick in the menu of the newest reply (`select none`: untick all)',
    run: select,
    complete: listNames,
  },
  {
    name: 'code',
    usage: 'code 123456',
    about: 'type the six digits into Discord’s window (`code` alone: those that `login` got)',
    run: enterCode,
  },
  {
    name: 'type',
    usage: 'type news',
    about: 'type that into the window that a button opened',
    run: typeInto,
    complete: listNames,
  },
  { name: 'open', usage: 'open', about: 'read the sign-in page that `/link` gave, here', run: openPage },
  {
    name: 'login',
    usage: 'login',
    about: 'sign in on that page (`login NAME PASSWORD`: as somebody else)',
    run: logIn,
  },
  {
    name: 'ldap',
    usage: 'ldap news',
    about: 'what ldapsearch finds: a list, or a person',
    run: lookUp,
    complete: listNames,
  },
  { name: 'lists', usage: 'lists', about: 'all lists in the directory', run: showLists },
  {
    name: 'who',
    usage: 'who',
    about: 'who you are, and whom you can be, with their passwords',
    run: showWho,
  },
  {
    name: 'roles',
    usage: 'roles alice',
    about: 'the roles that somebody has in the Discord server',
    run: showRoles,
    complete: ({ users }) => [...users.keys()],
  },
  {
    name: 'mail',
    usage: 'mail',
    about: 'the mails that were sent (`mail 1`: the first of them)',
    run: showMail,
  },
  {
    name: 'channel',
    usage: 'channel workflows',
    about: 'what is written in a channel; `click` then presses the buttons of its newest message',
    run: showChannel,
    complete: ({ system }) => system.discord?.channels.map(({ name }) => name) ?? [],
  },
  {
    name: 'dms',
    usage: 'dms',
    about: 'the bot’s direct messages to you; `click` then presses the buttons of the newest',
    run: showDms,
  },
  {
    name: 'log',
    usage: 'log on',
    about: 'what api, bot and worker log: on, off, warn, api, bot or worker',
    run: setLog,
    complete: () => [...logModes],
  },
]

function be(session: Session, argument: string): void {
  const [name = '', locale] = argument.split(/\s+/)
  if (name === '') throw new Error('As whom? `who` shows the people, for example `as alice`.')
  const { username } = actAs(session, name, locale)
  session.screen.print(
    `  You are ${styleText('bold', username)} in Discord now ${styleText('dim', known(session, username))}`.trimEnd(),
  )
}

/** What the private directory knows of that name; of a real one nothing is known here. */
function known({ system }: Session, username: string): string {
  if (system.passwordOf === null) return ''
  const person = people.find(({ uid }) => uid === username)
  if (person === undefined) return '(nobody in the directory has this name)'
  return `(${person.cn}, whose directory password is ${system.passwordOf(username)})`
}

function setLog({ system, screen }: Session, argument: string): void {
  const mode = logModes.find((one) => one === argument)
  if (mode === undefined)
    throw new Error(`\`log\` takes ${logModes.join(', ')}. It is ${system.logs.mode} now.`)
  system.logs.mode = mode
  const meaning: Record<LogMode, string> = {
    on: 'You see everything that api, bot and worker log. `log warn` ends that.',
    off: 'You see nothing of the logs, not even warnings.',
    warn: 'You see warnings and errors only.',
    api: 'You see everything of the api, and warnings of the others.',
    bot: 'You see everything of the bot, and warnings of the others.',
    worker: 'You see everything of the worker, and warnings of the others.',
  }
  screen.print(`  ${highlight(meaning[mode])}`)
}
