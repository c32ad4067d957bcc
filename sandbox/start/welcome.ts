import { styleText } from 'node:util'
import { commandLine } from '../prompt/directory.ts'
import { shortPath } from '../prompt/short-path.ts'
import type { Screen } from '../prompt/screen.ts'
import { seconds } from './progress.ts'
import type { System } from './start-system.ts'

const realDirectory = `  ${styleText('yellow', '⚠')} LDAP_URL is set: what is done here is done to that directory. WRITES=off only shows what would be.`

/** The page that a newcomer reads first. */
export function welcome(
  system: System,
  { screen, dataDir, startedAt }: { screen: Screen; dataDir: string; startedAt: number },
): void {
  const { apiUrl, directory, discord, passwordOf } = system
  const search = commandLine(
    directory,
    directory.listsBase,
    '(cn=news)',
    directory.memberAttribute,
    'entryCSN',
  )
  const lines = [
    '',
    `  ${styleText(['bold', 'green'], 'guildpost is up')}, after ${seconds(startedAt)}.`,
    '',
    `  ${title('API')} ${styleText('underline', apiUrl)}, and how to use it: ${styleText('underline', `${apiUrl}/docs`)}`,
    `  ${title('Account')} ${styleText('underline', `${apiUrl}/login`)}: what a member sees in a browser`,
    `  ${title('Directory')} look at a list from another terminal:`,
    `    ${styleText('dim', search)}`,
    `  ${title('Logs')} ${shortPath(dataDir)}/logs; here you see warnings only (${styleText('cyan', 'log on')} shows all)`,
    discord === null
      ? `  ${title('Discord')} the real one: type the bot’s commands there. ${styleText('cyan', 'help')} shows what works here.`
      : `  ${title('Discord')} right here: what you type below is typed in an invented Discord server.`,
    ...forgotten(system),
    ...(passwordOf === null ? [realDirectory] : []),
    '',
    ...stepsFor(system),
  ]
  screen.print(lines.join('\n'))
}

/** What nobody should look for after another start on the same data. */
function forgotten({ isAgain, discord, mail }: System): string[] {
  const gone = [...(discord ? ['Discord’s messages'] : []), ...(mail ? ['the mails'] : [])]
  if (!isAgain || gone.length === 0) return []
  return [`  ${title('Last time')} lists, links and requests are kept; ${gone.join(' and ')} are gone.`]
}

function title(text: string): string {
  return styleText('bold', text.padEnd(11))
}

/** Where the people are invented somebody must say what their passwords are. */
function stepsFor({ discord, passwordOf }: System): string[] {
  if (passwordOf === null) return []
  if (discord === null) return stepsInDiscord(passwordOf('alice'))
  return process.stdin.isTTY ? stepsHere(passwordOf('alice')) : []
}

/** The real one, with the people of the stand-in: those who try it take the place of one of them. */
function stepsInDiscord(password: string): string[] {
  const steps = [
    ['/link', 'and open the page that it gives you'],
    ['alice', `is a user name for that page, her password there: ${password}`],
    ['Enter code', 'is the button in Discord for the six digits that the page shows then'],
    ['/subscribe list:news', 'joins a list'],
  ]
  return [
    styleText('bold', '  Try this in your Discord server:'),
    ...steps.map(explained),
    `  Then ${styleText('cyan', 'ldap news')} here: there she is, in the directory itself. ${styleText('cyan', 'who')} shows everybody with their passwords.`,
    '',
  ]
}

function stepsHere(password: string): string[] {
  const steps = [
    ['as alice', 'be Alice; her directory password is ' + password],
    ['/link', 'tell the bot who you are in the directory'],
    ['login', 'signs in on the page that it gave you (or open that page in a browser)'],
    ['code', 'types the six digits that it shows (from the browser: code 123456)'],
    ['/subscribe list:news', 'join a list'],
    ['ldap news', 'there she is, in the directory itself'],
  ]
  return [
    styleText('bold', '  Try this, line by line:'),
    ...steps.map(explained),
    `  ${styleText('cyan', 'help')} shows everything, Tab completes, Ctrl-C stops it all.`,
    '',
  ]
}

function explained([typed = '', meaning = '']: string[]): string {
  return `    ${styleText('cyan', typed.padEnd(21))} ${styleText('dim', meaning)}`
}
