/**
 * What goes over the wire, as far as the stand-in looks at it, by Discord's own names.
 * https://docs.discord.com/developers/reference
 */

export interface DiscordMessage {
  id: string
  channel_id: string
  author: { id: string; username: string; bot?: boolean }
  content: string
  timestamp: string
  edited_timestamp: string | null
  tts: boolean
  mention_everyone: boolean
  /** The people whom it notifies. */
  mentions: { id: string; username: string }[]
  mention_roles: string[]
  attachments: Attachment[]
  embeds: Embed[]
  components: Component[]
  pinned: boolean
  type: number
  /** Bits of `messageFlags`. */
  flags: number
  /** What the bot named it by when it posted it, for as long as that is remembered. */
  nonce?: string | number
  interaction_metadata?: unknown
  message_reference?: { type: number; message_id: string; channel_id: string }
}

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
export const messageFlags = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  componentsV2: 1 << 15,
}

export interface Attachment {
  id: string
  filename: string
  content_type: string
  /** Bytes. */
  size: number
  /** Where its content can be fetched. */
  url: string
  proxy_url: string
}

export interface Embed {
  type?: string | null
  title?: string | null
  description?: string | null
  url?: string | null
  color?: number | null
  timestamp?: string | null
  footer?: { text: string } | null
  author?: { name: string; url?: string | null } | null
  fields?: { name: string; value: string; inline?: boolean | null }[] | null
  image?: { url: string } | null
  thumbnail?: { url: string } | null
}

/** A row, button, select menu or any other part of a message's components. */
export interface Component {
  type: number
  id?: number | null
  custom_id?: string | null
  style?: number
  label?: string | null
  url?: string | null
  emoji?: { id?: string | null; name?: string | null } | null
  content?: string
  placeholder?: string | null
  disabled?: boolean | null
  min_values?: number | null
  max_values?: number | null
  options?: SelectOption[]
  components?: Component[]
  accessory?: Component
}

export interface SelectOption {
  label: string
  value: string
  description?: string | null
  default?: boolean | null
}

export interface AllowedMentions {
  parse?: string[] | null
  users?: string[] | null
  roles?: string[] | null
}

/** What the bot says in a message; null clears, absent leaves as it is. */
export interface MessageBody {
  content?: string | null
  embeds?: Embed[] | null
  components?: Component[] | null
  flags?: number | null
  allowed_mentions?: AllowedMentions | null
  attachments?: { id: string }[] | null
  nonce?: string | number | null
  enforce_nonce?: boolean | null
}

export type Localizations = Record<string, string> | null

/** A command, subcommand or option as the bot registers it. */
export interface CommandPart {
  type?: number | null
  name: string
  description?: string | null
  name_localizations?: Localizations
  description_localizations?: Localizations
  required?: boolean | null
  autocomplete?: boolean | null
  choices?: CommandChoice[] | null
  options?: CommandPart[] | null
  default_member_permissions?: string | number | null
  min_value?: number | null
  max_value?: number | null
  min_length?: number | null
  max_length?: number | null
}

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type */
export const optionType = {
  subcommand: 1,
  subcommandGroup: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
}

export interface CommandChoice {
  name: string
  value: string | number
  name_localizations?: Localizations
}

/** A command as Discord keeps it. */
export interface RegisteredCommand extends CommandPart {
  id: string
  type: number
  application_id: string
  guild_id: string
  version: string
  description: string
  default_member_permissions: string | null
}

export interface Modal {
  customId: string
  title: string
  components: ModalComponent[]
}

/** A row, label, text or input of a modal. */
export interface ModalComponent {
  type: number
  custom_id?: string
  label?: string
  content?: string
  value?: string
  placeholder?: string
  required?: boolean
  min_length?: number
  max_length?: number
  components?: ModalComponent[]
  component?: ModalComponent
}

export interface Role {
  id: string
  name: string
  position: number
  /** Bit set in decimal digits. */
  permissions: string
  managed: boolean
  [other: string]: unknown
}
