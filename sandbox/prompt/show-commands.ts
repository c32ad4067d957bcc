import { styleText } from 'node:util'
import { people } from '../people.ts'
import { noChannel } from './fill-ids.ts'
import { highlight } from './highlight.ts'
import { print, requireDiscord, type Session, whoAmI } from './session.ts'
import { padEnd, widthOf, wrap } from './wrap.ts'

/** Who one is, and whom one can be, with their passwords. */
export function showWho({ me, screen, system }: Session): void {
  const { passwordOf, discord } = system
  if (discord !== null)
    screen.print(
      me === null
        ? highlight('  You are nobody yet: `as alice` makes you Alice.')
        : `  You are ${styleText('bold', me.username)}.`,
    )
  if (passwordOf === null) return screen.print('  LDAP_URL is set: the real directory knows who is in it.')
  screen.print(
    highlight(
      discord === null
        ? '  In the real Discord you are yourself; on the page of `/link` sign in as any of these, with the password beside the name. `ada` is the admin:'
        : '  You can be these, each with a password in the directory; `ada` is the admin, and anybody else is in Discord only:',
    ),
  )
  const names = people.map(({ uid, cn }) => `${styleText('cyan', padEnd(uid, 10))} ${passwordOf(uid)}  ${cn}`)
  const cell = Math.max(...names.map(widthOf)) + 2
  const columns = Math.max(1, Math.floor((screen.width - 2) / cell))
  const rows = Math.ceil(names.length / columns)
  for (let row = 0; row < rows; row++) {
    const cells = names.filter((_, index) => index % rows === row)
    screen.print(`  ${cells.map((name) => padEnd(name, cell)).join('')}`.trimEnd())
  }
}

/** Lists the mails, and shows one: that of the number, else the last. @throws where there is none of that number. */
export function showMail({ system, screen }: Session, argument: string): void {
  if (system.mail === null) return screen.print('  SMTP_URL is set: mail goes to the real server.')
  const { messages } = system.mail
  if (messages.length === 0) return screen.print('  No mail yet. Linking an account sends one.')
  for (const [index, { to, subject }] of messages.entries())
    screen.print(`  ${styleText('bold', String(index + 1))} ${styleText('dim', to.join(', '))}  ${subject}`)
  const mail = argument === '' ? messages.at(-1) : messages[Number(argument) - 1]
  if (mail === undefined)
    throw new Error(`There are ${messages.length} mails, so \`mail 1\` to \`mail ${messages.length}\`.`)
  const bar = styleText('yellow', '┃')
  const lines = wrap(mail.text.trim(), screen.width - 6).map((line) => `  ${bar} ${line}`)
  screen.print([`  ${bar} ${styleText('bold', mail.subject)}`, `  ${bar}`, ...lines].join('\n'))
}

/** The bot's direct messages to whoever was chosen; `click` is for the newest of them from here on. */
export function showDms(session: Session): void {
  const me = whoAmI(session)
  const messages = requireDiscord(session).dmsOf(me.id)
  if (messages.length === 0) session.screen.print(`  The bot has not written to ${me.username} directly.`)
  for (const message of messages) print(session, message, `direct message to ${me.username}`)
  session.lookedAt = messages.at(-1) ?? null
}

/** What the bot wrote in a channel; without a name, in which channels it did. */
export function showChannel(session: Session, name: string): void {
  const discord = requireDiscord(session)
  if (name === '') {
    const written = discord.channels.map(
      (one) => `  ${styleText('cyan', `#${one.name}`)} ${counted(discord.messagesIn(one.id).length)}`,
    )
    return session.screen.print(written.join('\n'))
  }
  const wanted = name.replace(/^#/, '')
  const channel = discord.channels.find((one) => one.name === wanted)
  if (channel === undefined) throw new Error(noChannel(discord, `#${wanted}`))
  const messages = discord.messagesIn(channel.id)
  if (messages.length === 0) session.screen.print(`  Nothing was written in #${channel.name} yet.`)
  for (const message of messages.slice(-10)) print(session, message, `in #${channel.name}`)
  session.lookedAt = messages.at(-1) ?? null
}

const counted = (messages: number): string => (messages === 1 ? '1 message' : `${messages} messages`)
