import type {
  APIActionRowComponent,
  APIComponentInMessageActionRow,
  APIModalInteractionResponseCallbackData,
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import type { Logger } from 'pino'
import type { Locale, Translate } from '../texts/translate.ts'
import type { BotApi } from './api-client.ts'
import type { ListMemory } from './lists/list-memory.ts'
import type { PageMemory } from './lists/page-memory.ts'

/** What a member gets to read. Without `components` those that are shown already stay. */
export type Reply = { content: string; components?: Row[] }

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>

export type BotTiming = {
  /** How long an outcome is waited for before the reply says "accepted" (seconds). */
  quickWaitS: number
  /** The length of one long poll after that (seconds, at most 25). */
  longWaitS: number
  /** How long after the interaction its reply can still be edited; Discord's token lives 15 minutes. */
  followForMs: number
  /** How long autocomplete waits for the API; Discord gives up after 3 seconds. */
  completeWithinMs: number
  /** How often the API is asked how it is, and how long it may take to say. */
  askEveryMs: number
  readyWithinMs: number
  /** How long it is silent, or says that no worker lives, before admins are told. */
  silentAfterMs: number
  idleAfterMs: number
  /** How long it can’t serve: a worker that lives tells what it lacks long before. */
  unableAfterMs: number
  /** How long the lease lasts by which one bot of several answers, and how often it is renewed. */
  leaseMs: number
  renewLeaseEveryMs: number
  /** How often a bot that stands by asks for it. */
  askForLeaseEveryMs: number
  /** How long a bot whose token the API refuses lets another one answer first. */
  letOthersFirstMs: number
}

/** One interaction being answered: who asks, in which language, and with what. */
export type Asking = {
  /** The interaction's id, which is also the request id and the Idempotency-Key at the API. */
  id: string
  /** When it arrived (milliseconds since 1970). */
  receivedAt: number
  /** Many may have the same `name`, which is the one that is shown; `username` is theirs alone. */
  user: { id: string; name: string; username: string; avatarUrl: string }
  locale: Locale
  t: Translate
  api: BotApi
  lists: ListMemory
  pages: PageMemory
  timing: BotTiming
  log: Logger
  /** Aborted when the bot is about to end. */
  stopping: AbortSignal
}

/** An interaction that was acknowledged: its one reply may be edited as often as there is news. */
export type Turn = Asking & { reply: (reply: Reply) => Promise<void> }

/** What came with a button, a select menu or a modal. */
export type Press = {
  /** The rest of the custom id, after command and control. */
  argument: string
  /** The values that a select menu has now, and those that it was shown with. */
  chosen: readonly string[]
  shown: readonly { value: string; on: boolean }[]
  /** What was typed into a modal's input; empty when there is no such input. */
  field: (customId: string) => string
}

/** `act` answers in the message that was clicked on, `tell` in one that only who clicked sees; `ask` shows a modal first. */
export type Control =
  | { kind: 'act' | 'tell'; run: (turn: Turn, press: Press) => Promise<void> }
  | { kind: 'ask'; modal: (asking: Asking, argument: string) => APIModalInteractionResponseCallbackData }

export type Choice = { name: string; value: string }

/** A slash command with everything that its replies can be clicked on; a control's custom id is `command:control:argument`. */
export type Command = {
  name: string
  definition: (texts: Record<Locale, Translate>) => RESTPostAPIChatInputApplicationCommandsJSONBody
  run: (turn: Turn, interaction: ChatInputCommandInteraction) => Promise<void>
  complete?: (asking: Asking, interaction: AutocompleteInteraction) => Promise<Choice[]>
  controls?: Controls
}

/** By the second part of a custom id. */
export type Controls = Readonly<Record<string, Control>>
