import { styleText } from 'node:util'
import type { Component, DiscordMessage, InteractionHandle } from '../discord/stand-in.ts'
import { withIds } from './fill-ids.ts'
import { fieldsOf } from './modal-fields.ts'
import { hint, requireDiscord, type Session, whoAmI } from './session.ts'
import { forget, showAnswer } from './show-answer.ts'
import { buttonsOf, menuOf } from './show-message.ts'
import { optionsOf, pathOf, readSlashLine } from './slash-line.ts'

/** Types a slash command as the one who was chosen, and shows what comes of it. @throws for an option with nothing behind it. */
export async function typeSlash(session: Session, line: string): Promise<void> {
  const discord = requireDiscord(session)
  const { name, subcommand, values } = readSlashLine(line, discord.commands)
  const me = whoAmI(session)
  const empty = Object.keys(values).find((option) => values[option] === '')
  if (empty !== undefined)
    throw new Error(`Discord sends no option without a value: type something behind ${empty}:`)
  const command = discord.commands.find((one) => one.name === name)
  const filled = withIds(session, optionsOf(command, subcommand), values)
  await showAnswer(session, await discord.slash(me, name, filled, pathOf(subcommand)))
  // What renames a list has its new name beside its old one.
  const list = values['list'] === undefined ? undefined : (values['name'] ?? values['list'])
  const isAccepted = /^[✅⏳]/u.test(session.last?.reply?.content ?? '')
  if (isAccepted && list !== undefined)
    hint(session, `\`ldap ${String(list)}\` shows the list as it is in the directory`, 'ldap')
}

/** Presses the numbered button of the newest message. */
export async function click(session: Session, typed: string): Promise<void> {
  const { on, message } = session.lookedAt
    ? { on: session.lookedAt, message: session.lookedAt }
    : { on: newest(session).handle, message: newest(session).message }
  const buttons = buttonsOf(message)
  const button = buttons[Number(typed) - 1] ?? buttonCalled(buttons, typed)
  if (button === undefined)
    throw new Error(
      buttons.length === 0 ? 'That message has no buttons.' : `Click 1 to ${buttons.length}, please.`,
    )
  if (button.url)
    return session.screen.print(`  Open this in a browser: ${styleText('underline', button.url)}`)
  if (button.disabled)
    throw new Error(`“${button.label ?? typed}” is greyed out: it can’t be pressed as things are.`)
  const pressed = await requireDiscord(session).press(whoAmI(session), on, button.custom_id ?? '')
  if ('reply' in on) forget(session, on)
  await showAnswer(session, pressed)
}

/** `news,chess` ticks exactly these, `none` nothing; `+news -chess` changes what is ticked. */
export async function select(session: Session, typed: string): Promise<void> {
  const { handle, message } = newest(session)
  const menu = menuOf(message)
  if (menu === undefined) throw new Error('That message has no menu; `/subscriptions` shows one.')
  const values = chosenIn(menu, typed)
  const selected = await requireDiscord(session).select(whoAmI(session), handle, menu.custom_id ?? '', values)
  forget(session, handle)
  await showAnswer(session, selected)
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
  await submit(session, session.dialog, code)
}

/** Types into the modal that the newest button opened. */
export async function typeInto(session: Session, typed: string): Promise<void> {
  const { dialog } = session
  if (dialog === null) throw new Error('There is no window to type into. A button may open one: `click 1`')
  await submit(session, dialog, typed)
}

/** What Discord does not take leaves the window open. */
async function submit(session: Session, dialog: InteractionHandle, typed: string): Promise<void> {
  const [field] = fieldsOf(await dialog.modalShown())
  const fields = field === undefined ? {} : { [field.id]: typed }
  const submitted = await requireDiscord(session).submitModal(whoAmI(session), dialog, fields)
  session.dialog = null
  await showAnswer(session, submitted)
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

/** @throws when nothing was typed: taking every tick away has to be meant. */
function chosenIn({ options = [] }: Component, typed: string): string[] {
  const words = typed.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length === 0) throw new Error(`Choose what? ${waysToChoose(options)}`)
  if (typed.toLowerCase() === 'none' && !options.some(({ value }) => value === typed)) return []
  if (!words.every((word) => /^[+-]/.test(word))) return words
  const chosen = new Set(options.filter((option) => option.default).map(({ value }) => value))
  for (const word of words) {
    if (word.startsWith('+')) chosen.add(word.slice(1))
    else chosen.delete(word.slice(1))
  }
  return [...chosen]
}

function waysToChoose(options: NonNullable<Component['options']>): string {
  const [off, on] = [options.find((option) => !option.default), options.find((option) => option.default)]
  const changes = [...(off ? [`+${off.value}`] : []), ...(on ? [`-${on.value}`] : [])]
  return `\`select ${changes.join(' ')}\` ticks and unticks; \`select none\` takes every tick away.`
}
