import { acknowledgeWithinMs, tokenLifeMs } from './interaction-times.ts'
import type { DiscordState, InteractionRecord, StoredMessage } from './state.ts'
import { waitUntil } from './wait.ts'
import { messageFlags, type DiscordMessage, type Modal } from './wire.ts'

/** How long waiting for the bot lasts unless told otherwise, in real milliseconds. */
const patienceMs = 30_000

/** What a person sees of the thing that they did. Messages are Discord's own API objects, as copies. */
export interface InteractionHandle {
  readonly id: string
  readonly token: string
  /** On the stand-in's clock; undefined until the bot has answered in any way. */
  readonly acknowledgedAfterMs: number | undefined
  readonly ephemeral: boolean
  /** True once the bot answered "later": thinking..., or an update still to come. */
  readonly deferred: boolean
  readonly modal: Modal | undefined
  /** The reply as it is now; while the bot thinks, a message with the flag LOADING (128). */
  readonly reply: DiscordMessage | undefined
  /** Every version of the reply, oldest first; "thinking..." is none. */
  readonly history: DiscordMessage[]
  readonly followUps: DiscordMessage[]
  /** The sentence that Discord shows when the bot failed to answer in time. */
  readonly error: string | undefined
  /** The first reply that is not "thinking...". Rejects when there can be none, or after `deadlineMs`. */
  settled(deadlineMs?: number): Promise<DiscordMessage>
  /** The first version of the reply for which `predicate` is true. */
  until(predicate: (message: DiscordMessage) => boolean, deadlineMs?: number): Promise<DiscordMessage>
  /** The modal that the bot answers with. */
  modalShown(deadlineMs?: number): Promise<Modal>
}

/** It shows the record as it is whenever it is asked, not as it was. */
export function createHandle(state: DiscordState, record: InteractionRecord): InteractionHandle {
  const original = (): StoredMessage | undefined =>
    record.originalId === undefined ? undefined : state.messages.get(record.originalId)

  const handle: InteractionHandle = {
    id: record.id,
    token: record.token,
    get acknowledgedAfterMs() {
      return record.acknowledgedAt === undefined ? undefined : record.acknowledgedAt - record.createdAt
    },
    get ephemeral() {
      return record.ephemeral
    },
    get deferred() {
      return record.deferred
    },
    get modal() {
      return structuredClone(record.modal)
    },
    get reply() {
      const stored = original()
      return stored && !stored.deleted ? structuredClone(stored.message) : undefined
    },
    get history() {
      const stored = original()
      const mine = stored?.message.id === record.source?.messageId ? record.source?.versions : 0
      return structuredClone(stored?.versions.slice(mine) ?? [])
    },
    get followUps() {
      return record.followUpIds.flatMap((id) => {
        const stored = state.messages.get(id)
        return stored && !stored.deleted ? [structuredClone(stored.message)] : []
      })
    },
    get error() {
      return failure(state, record, original())
    },
    settled: (deadlineMs) => handle.until(() => true, deadlineMs),
    until(predicate, deadlineMs = patienceMs) {
      const look = () => {
        const found = handle.history.find(predicate)
        if (!found && original()?.deleted) throw new Error('The bot deleted its reply')
        return found ?? unlessHopeless(handle)
      }
      return waitUntil(state, look, deadlineMs, () => tooLate(deadlineMs, handle))
    },
    modalShown(deadlineMs = patienceMs) {
      return waitUntil(
        state,
        () => shownModal(handle),
        deadlineMs,
        () => tooLate(deadlineMs, handle),
      )
    },
  }
  return handle
}

function failure(
  state: DiscordState,
  { createdAt, acknowledgedAt }: InteractionRecord,
  original: StoredMessage | undefined,
): string | undefined {
  const age = state.now() - createdAt
  if (acknowledgedAt === undefined && age > acknowledgeWithinMs) return 'The application did not respond'
  const thinking = original !== undefined && (original.message.flags & messageFlags.loading) !== 0
  return thinking && age > tokenLifeMs
    ? 'The application did not respond (it thought for 15 minutes)'
    : undefined
}

/** @throws when no message can come any more. */
function unlessHopeless({ error, modal }: InteractionHandle): undefined {
  if (error !== undefined) throw new Error(error)
  if (modal) throw new Error('The bot showed a modal instead of a message: see modalShown()')
}

function shownModal({ modal, error, history, reply }: InteractionHandle): Modal | undefined {
  if (modal) return modal
  if (error !== undefined) throw new Error(error)
  if (history.length > 0) throw new Error(`The bot showed no modal, but "${reply?.content}"`)
  return undefined
}

function tooLate(deadlineMs: number, { history, reply, acknowledgedAfterMs }: InteractionHandle): string {
  const last = history.at(-1)
  const seen = last
    ? `the reply is "${last.content || JSON.stringify(last.embeds)}"`
    : reply
      ? 'the bot is still thinking'
      : acknowledgedAfterMs === undefined
        ? 'the bot has not answered at all'
        : 'the bot has answered without a message'
  return `Waited ${deadlineMs} ms for the bot in vain: ${seen}`
}
