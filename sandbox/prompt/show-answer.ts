import { styleText } from 'node:util'
import type { DiscordMessage, InteractionHandle, Modal } from '../discord/stand-in.ts'
import { isLinkPage, isOurPage } from './link-page.ts'
import { fieldsOf } from './modal-fields.ts'
import { hint, print, type Session, whoAmI } from './session.ts'
import { buttonsOf, menuOf } from './show-message.ts'

/** Shows the first thing that the bot answers with, and keeps an eye on what it makes of it later. */
export async function showAnswer(session: Session, handle: InteractionHandle): Promise<void> {
  const message = await messageOrModal(handle)
  if (message === null) {
    session.dialog = handle
    if (handle.modal) showModal(session, handle.modal)
    return
  }
  session.last = handle
  session.lookedAt = null
  const { username } = whoAmI(session)
  session.watched = [...session.watched.slice(-9), { handle, by: username, shown: handle.history.length }]
  print(session, message, handle.ephemeral ? 'only you can see this' : '')
  hintsFor(session, message)
}

/** What is pressed is answered anew; its older reply must not be shown a second time. */
export function forget(session: Session, { reply }: InteractionHandle): void {
  session.watched = session.watched.filter((one) => one.handle.reply?.id !== reply?.id)
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

function showModal(session: Session, modal: Modal): void {
  const sign = styleText('blue', '▣')
  const note = styleText('dim', '(a window of Discord’s)')
  session.screen.print(`  ${sign} ${styleText('bold', modal.title)} ${note}`)
  for (const { label } of fieldsOf(modal)) session.screen.print(`    ${label}: ________`)
  const isCode = modal.customId.startsWith('link:')
  hint(
    session,
    isCode ? 'type `code 123456`, with the digits from the page' : 'type `type …`, with what it asks for',
  )
}

function hintsFor(session: Session, message: DiscordMessage): void {
  const { apiUrl } = session.system
  const pages = buttonsOf(message).flatMap(({ url }) => (url && isOurPage(url, apiUrl) ? url : []))
  const isForLinking = pages.some((url) => isLinkPage(url, apiUrl))
  if (pages.length > 0) hint(session, hintForPage(session, isForLinking))
  else if (buttonsOf(message).some(({ custom_id }) => custom_id === 'link:code'))
    hint(session, 'a mail with six digits may have come: `mail` shows it, then `code 123456`')
  if (menuOf(message) !== undefined)
    hint(
      session,
      '`select +news -chess` ticks and unticks, `select news,chess` leaves only these ticked, `select none` nothing',
      'select',
    )
}

function hintForPage({ me, system }: Session, isForLinking: boolean): string {
  const uid = me?.username ?? ''
  const password = system.passwordOf?.(uid)
  const how = password === undefined ? 'sign in' : `sign in as ${uid} with ${password}`
  const command = password === undefined ? 'login USERNAME PASSWORD' : 'login'
  return `open that page in a browser and ${how}${isForLinking ? `; or type \`${command}\`, and it’s done for you` : ''}`
}
