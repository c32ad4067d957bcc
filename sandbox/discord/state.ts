import { EventEmitter } from 'node:events'
import { createApiDescription, type ApiDescription } from './api-description.ts'
import type { Overwrite } from './channel-access.ts'
import { createSnowflakes } from './snowflake.ts'
import type { CommandChoice, DiscordMessage, Modal, RegisteredCommand, Role } from './wire.ts'

/** Somebody who uses Discord. */
export interface DiscordUser {
  readonly id: string
  readonly username: string
  readonly globalName: string | null
  /** Language of that person's Discord, `en-US` or `zh-TW` for example. */
  readonly locale: string
}

/** A request of the bot's that Discord would have refused as malformed. */
export interface Violation {
  /** `POST /channels/123/messages` */
  request: string
  /** `embeds.0.title: Must be 256 or fewer in length.` */
  problems: string[]
  body: unknown
}

export interface UploadedFile {
  field: string
  filename: string
  contentType: string
  content: Buffer
}

export interface Channel {
  id: string
  name: string
  /** Set on a direct message channel: the person at the other end. */
  recipientId?: string
  /** Set on a thread. */
  thread?: Thread
  /** What an admin allows or denies in this channel. */
  overwrites?: Overwrite[]
}

export interface Thread {
  parentId: string
  archived: boolean
  locked: boolean
  /** When it was made, archived or opened again. */
  changedAt: string
}

export interface Member {
  roles: Set<string>
  joinedAt: string
}

export interface StoredMessage {
  message: DiscordMessage
  /** Every version that could be read, oldest first; "thinking..." is none. */
  versions: DiscordMessage[]
  /** The only person who sees an ephemeral message; null when it is in the channel for everybody. */
  visibleTo: string | null
  deleted: boolean
}

/** What a person did, by Discord's number for it. */
export const interactionTypes = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const

export type InteractionKind = keyof typeof interactionTypes

/** Something that a person did, and what has come of it. */
export interface InteractionRecord {
  readonly id: string
  readonly token: string
  readonly kind: InteractionKind
  readonly user: DiscordUser
  readonly channelId: string
  /** Milliseconds of the stand-in's clock. */
  readonly createdAt: number
  /** The message whose component was used, and how many versions it had then. */
  readonly source: { messageId: string; versions: number } | undefined
  acknowledgedAt?: number
  deferred: boolean
  ephemeral: boolean
  /** What `@original` means for this interaction. */
  originalId?: string
  followUpIds: string[]
  modal?: Modal
  choices?: CommandChoice[]
}

/** The bot as its own API objects show it. */
export interface BotUser {
  id: string
  username: string
  discriminator: string
  global_name: null
  avatar: null
  bot: true
}

/** Sends an event to every connected bot that asked for it by an intent (0: always). */
export type Publish = (event: string, data: unknown, intent: number) => void

/** Everything that the stand-in knows: one server, one application, and what happened in them. */
export interface DiscordState {
  readonly token: string
  readonly applicationId: string
  readonly guildId: string
  readonly ownerId: string
  /** `http://127.0.0.1:PORT/api`, known once the stand-in listens. */
  baseUrl: string
  readonly now: () => number
  readonly nextId: () => string
  readonly description: ApiDescription
  readonly botUser: BotUser
  readonly botRoleId: string
  /** The application's switch “Server Members Intent” in the developer portal. */
  membersIntent: boolean
  preferredLocale: string
  /** How many requests came too early. */
  rateLimited: number
  readonly users: Map<string, DiscordUser>
  readonly members: Map<string, Member>
  readonly roles: Map<string, Role>
  readonly channels: Map<string, Channel>
  readonly closedDms: Set<string>
  readonly messages: Map<string, StoredMessage>
  /** Uploaded files by `messageId/filename`. */
  readonly files: Map<string, UploadedFile>
  /** Messages by channel and enforced nonce, with the time at which the nonce was used. */
  readonly nonces: Map<string, { messageId: string; at: number }>
  commands: RegisteredCommand[]
  commandWrites: number
  readonly commandCreations: number[]
  readonly interactions: Map<string, InteractionRecord>
  readonly violations: Violation[]
  /** Emits `change` after everything that somebody may wait for. */
  readonly changes: EventEmitter<{ change: [] }>
  publish: Publish
}

export interface StateOptions {
  token: string
  applicationId: string
  guildId: string
  now: () => number
  membersIntent: boolean
  preferredLocale: string
}

export function createState(options: StateOptions): DiscordState {
  const { token, applicationId, guildId, now, membersIntent, preferredLocale } = options
  const nextId = createSnowflakes(now)
  return {
    token,
    applicationId,
    guildId,
    ownerId: nextId(),
    baseUrl: '',
    now,
    nextId,
    description: createApiDescription(),
    botUser: {
      id: applicationId,
      username: 'guildpost',
      discriminator: '0000',
      global_name: null,
      avatar: null,
      bot: true,
    },
    botRoleId: nextId(),
    membersIntent,
    preferredLocale,
    rateLimited: 0,
    users: new Map(),
    members: new Map(),
    roles: new Map(),
    channels: new Map(),
    closedDms: new Set(),
    messages: new Map(),
    files: new Map(),
    nonces: new Map(),
    commands: [],
    commandWrites: 0,
    commandCreations: [],
    interactions: new Map(),
    violations: [],
    changes: new EventEmitter<{ change: [] }>({}).setMaxListeners(0),
    publish: () => {},
  }
}

/** Wakes everybody who waits for something to become true. */
export function noteChange(state: DiscordState): void {
  state.changes.emit('change')
}
