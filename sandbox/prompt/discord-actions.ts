import { styleText } from 'node:util'
import type {
  Component,
  DiscordMessage,
  InteractionHandle,
  Modal,
  OptionValues,
} from '../discord/stand-in.ts'
import { optionType } from '../discord/wire.ts'
import { buttonsOf, menuOf } from './show-message.ts'
import { optionsOf, pathOf, readSlashLine, type SlashLine } from './slash-line.ts'
import { hint, print, requireDiscord, type Session, whoAmI } from './session.ts'

/** Types a slash command as the one who was chosen, and shows what comes of it. */
export async function typeSlash(session: Session, line: string): Promise<void> {
  const discord = requireDiscord(session)
  const { name, subcommand, values } = readSlashLine(line, discord.commands)
  const me = whoAmI(session)
  const filled = withAccounts(session, { name, subcommand }, values)
  await answer(session, await discord.slash(me, name, filled, pathOf(subcommand)))
  // What renames a list has its new name beside its old one.
  const list = values['list'] === undefined ? undefined : (values['name'] ?? values['list'])
  const isAccepted = /^[✅⏳]/u.test(session.last?.reply?.content ?? '')
  if (isAccepted && list !== undefined)
    hint(session, `\`ldap ${String(list)}\` shows the list as it is in the directory`, 'ldap')
}

/** `@bob` and `#general` where an option takes somebody, or a channel, of the server: Discord sends the id. @throws for what is not there. */
function withAccounts(
  session: Session,
  { name: command, subcommand }: Pick<SlashLine, 'name' | 'subcommand'>,
  values: OptionValues,
): OptionValues {
  const options = optionsOf(
    requireDiscord(session).commands.find(({ name }) => name === command),
    subcommand,
  )
  const filled = { ...values }
  for (const { name } of options.filter(({ type }) => type === optionType.user)) {
    const typed = values[name]
    if (typeof typed !== 'string' || /^\d+$/.test(typed)) continue
    const username = typed.replace(/^@/, '').toLowerCase()
    const user = session.users.get(username)
    if (user === undefined)
      throw new Error(`${username} is not in the server yet: \`as ${username}\` brings them there.`)
    filled[name] = user.id
  }
  for (const { name } of options.filter(({ type }) => type === optionType.channel)) {
    const typed = values[name]
    if (typeof typed !== 'string' || /^\d+$/.test(typed)) continue
    const { channels } = requireDiscord(session)
    const channel = channels.find((one) => `#${one.name}` === `#${typed.replace(/^#/, '')}`)
    if (channel === undefined)
      throw new Error(
        `There is no channel ${typed}; there are ${channels.map((one) => `#${one.name}`).join(', ')}.`,
      )
    filled[name] = channel.id
  }
  return filled
}

/** Presses the numbered button of the newest message. */
export async function click(session: Session, typed: string): Promise<void> {
  const { on, message } = session.inChannel
    ? { on: session.inChannel, message: session.inChannel }
    : { on: newest(session).handle, message: newest(session).message }
  const buttons = buttonsOf(message)
  const button = buttons[Number(typed) - 1] ?? buttonCalled(buttons, typed)
  if (button === undefined)
    throw new Error(
      buttons.length === 0 ? 'That message has no buttons.' : `Click 1 to ${buttons.length}, please.`,
    )
  if (button.url)
    return session.screen.print(`  Open this in a browser: ${styleText('underline', button.url)}`)
  if ('reply' in on) forget(session, on)
  await answer(session, await requireDiscord(session).press(whoAmI(session), on, button.custom_id ?? ''))
}

/** `news,chess` ticks exactly these; `+news -chess` changes what is ticked. */
export async function select(session: Session, typed: string): Promise<void> {
  const { handle, message } = newest(session)
  const menu = menuOf(message)
  if (menu === undefined) throw new Error('That message has no menu; `/subscriptions` shows one.')
  forget(session, handle)
  const values = chosenIn(menu, typed)
  await answer(
    session,
    await requireDiscord(session).select(whoAmI(session), handle, menu.custom_id ?? '', values),
  )
}

/** Types the code (by itself the one that `login` got) into the modal, opening it first if need be. */
export async function enterCode(session: Session, typed: string): Promise<void> {
  const code = typed || session.code
  if (code === null) throw new Error('Which one? The page shows six digits: `code 123456`')
  const discord = requireDiscord(session)
  if (session.dialog === null) {
    const { handle, message } = newest(session)
    const button = buttonsOf(message).find(({ custom_id }) => custom_id?.startsWith('link:code'))
    if (button === undefined) throw new Error('Nothing here asks for a code. Begin with `/link`.')
    session.screen.print(styleText('dim', `  (presses “${button.label}” first)`))
    const opened = await discord.press(whoAmI(session), handle, button.custom_id ?? '')
    forget(session, handle)
    await opened.modalShown()
    session.dialog = opened
  }
  const dialog = session.dialog
  session.dialog = null
  const field = inputOf(await dialog.modalShown())
  await answer(session, await discord.submitModal(whoAmI(session), dialog, { [field]: code }))
}

/** Types into the modal that the newest button opened. */
export async function typeInto(session: Session, typed: string): Promise<void> {
  const { dialog } = session
  if (dialog === null) throw new Error('There is no window to type into. A button may open one: `click 1`')
  session.dialog = null
  const field = inputOf(await dialog.modalShown())
  await answer(
    session,
    await requireDiscord(session).submitModal(whoAmI(session), dialog, { [field]: typed }),
  )
}

/** Shows the first thing that the bot answers with, and keeps an eye on what it makes of it later. */
async function answer(session: Session, handle: InteractionHandle): Promise<void> {
  const message = await messageOrModal(handle)
  if (message === null) {
    session.dialog = handle
    const title = handle.modal?.title ?? ''
    session.screen.print(
      `  ${styleText('blue', '▣')} ${styleText('bold', title)} ${styleText('dim', '(a window of Discord’s)')}`,
    )
    const isCode = handle.modal?.customId.startsWith('link:') === true
    return hint(
      session,
      isCode ? 'type `code 123456`, with the digits from the page' : 'type `type …`, with what it asks for',
    )
  }
  session.last = handle
  session.inChannel = null
  session.watched = [...session.watched.slice(-9), { handle, shown: handle.history.length }]
  print(session, message, handle.ephemeral ? 'only you can see this' : '')
  hintsFor(session, message)
}

/** Null for a modal. @throws with the sentence that Discord shows when the bot did not answer. */
async function messageOrModal(handle: InteractionHandle): Promise<DiscordMessage | null> {
  try {
    return await Promise.any([
      handle.modalShown().then(() => null),
      handle.settled().then(() => handle.history.at(-1) ?? null),
    ])
  } catch (error) {
    const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
    throw first
  }
}

function hintsFor(session: Session, message: DiscordMessage): void {
  const page = buttonsOf(message).find(({ url }) => url)
  if (page?.url) {
    const uid = session.me?.username ?? ''
    const password = session.system.passwordOf?.(uid)
    const isLinkPage = new URL(page.url).pathname.startsWith('/link/')
    const here = isLinkPage ? '; or type `login`, and it’s done for you' : ''
    hint(
      session,
      password === undefined
        ? 'open that page in a browser and sign in; or here: `login USERNAME PASSWORD`'
        : `open that page in a browser and sign in as ${uid} with ${password}${here}`,
    )
  } else if (buttonsOf(message).some(({ custom_id }) => custom_id === 'link:code'))
    hint(session, 'a mail with six digits may have come: `mail` shows it, then `code 123456`')
  if (menuOf(message) !== undefined)
    hint(
      session,
      '`select +news -chess` ticks and unticks, `select news,chess` leaves only these ticked',
      'select',
    )
}

/** The message that buttons and menus are pressed on. @throws when there is none. */
function newest({ last }: Session): { handle: InteractionHandle; message: DiscordMessage } {
  const message = last?.reply
  if (last === null || message === undefined)
    throw new Error('There is no message yet. Try `/link` or `/subscriptions`.')
  return { handle: last, message }
}

function buttonCalled(buttons: Component[], label: string): Component | undefined {
  return buttons.find((button) => label !== '' && button.label?.toLowerCase().includes(label.toLowerCase()))
}

/** What is pressed is answered anew; its older reply must not be shown a second time. */
function forget(session: Session, handle: InteractionHandle): void {
  session.watched = session.watched.filter((one) => one.handle.reply?.id !== handle.reply?.id)
}

function chosenIn({ options = [] }: Component, typed: string): string[] {
  const words = typed.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length === 0 || !words.every((word) => /^[+-]/.test(word))) return words
  const chosen = new Set(options.filter((option) => option.default).map(({ value }) => value))
  for (const word of words) {
    if (word.startsWith('+')) chosen.add(word.slice(1))
    else chosen.delete(word.slice(1))
  }
  return [...chosen]
}

type Part = Modal['components'][number]

function inputOf({ components }: Modal): string {
  const all = (parts: Part[]): Part[] =>
    parts.flatMap((part) => [
      part,
      ...all(part.components ?? []),
      ...all(part.component ? [part.component] : []),
    ])
  return all(components).find(({ custom_id }) => custom_id !== undefined)?.custom_id ?? ''
}
