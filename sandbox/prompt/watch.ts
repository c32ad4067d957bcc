import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import { buttonsOf } from './show-message.ts'
import { hint, print, type Session } from './session.ts'

const lookEveryMs = 200

/** Shows what happens by itself: replies that the bot edits later, direct messages, mail. Returns what ends it. */
export function watch(session: Session): () => void {
  const { discord, mail } = session.system
  const dms = new Map<string, number>()
  const inChannels = new Map<string, string | null>()
  mail?.onMail(({ to, subject }) => {
    session.screen.print(
      `  ${styleText('yellow', '✉')} Mail for ${to.join(', ')}: ${subject} ${styleText('dim', '(type: mail)')}`,
    )
  })
  const timer = setInterval(() => {
    showEdits(session)
    if (discord === null) return
    showChannels(session, inChannels)
    for (const { id, username } of session.users.values()) {
      const all = discord.dmsOf(id)
      const known = dms.get(id) ?? 0
      for (const message of all.slice(known)) print(session, message, `direct message to ${username}`)
      dms.set(id, all.length)
    }
  }, lookEveryMs)
  return () => clearInterval(timer)
}

/** Waits, when commands come from a file, until the newest reply is more than "accepted". */
export async function untilDone(session: Session, withinMs = 15_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs
  while (session.last?.reply?.content.startsWith('⏳') && Date.now() < giveUpAt) await delay(50)
  showEdits(session)
}

function showEdits(session: Session): void {
  for (const one of session.watched) {
    const { history } = one.handle
    const latest = history.at(-1)
    if (history.length === one.shown || latest === undefined) continue
    one.shown = history.length
    print(session, latest, editedNote(session, one))
  }
}

/** The one at the prompt may be somebody else by now. */
function editedNote({ me }: Session, { handle, by }: Session['watched'][number]): string {
  if (!handle.ephemeral) return '(edited)'
  return `only ${by === me?.username ? 'you' : by} can see this (edited)`
}

/** What is new in the channels, and what was edited there. `shown`: by the message's id, when it was last edited. */
function showChannels(session: Session, shown: Map<string, string | null>): void {
  for (const { id, name } of session.system.discord?.channels ?? [])
    for (const message of session.system.discord?.messagesIn(id) ?? []) {
      const edited = message.edited_timestamp
      if (shown.get(message.id) === edited) continue
      const isNew = !shown.has(message.id)
      shown.set(message.id, edited)
      print(session, message, `in #${name}${isNew ? '' : ' (edited)'}`)
      if (buttonsOf(message).length > 0)
        hint(session, `\`channel ${name}\` looks there; then \`click 1\` presses a button of it`, 'channel')
    }
}
