import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandBooleanOption,
  type APIApplicationCommandChannelOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandRoleOption,
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  type APIApplicationCommandUserOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  type LocalizationMap,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import type { Locale, TextKey, Translate } from '../../texts/translate.ts'

type Texts = Record<Locale, Translate>
type CommandName = Extract<TextKey, `command.${string}`> extends `command.${infer Name}` ? Name : never
type OptionKey = Extract<TextKey, `option.${string}`>
type ChoiceKey = Extract<TextKey, `choice.${string}`>

/** A command as Discord wants to know it, described in both languages. */
export function describeCommand(
  texts: Texts,
  name: CommandName,
  options: APIApplicationCommandOption[] = [],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return { type: ApplicationCommandType.ChatInput, name, ...descriptions(texts, `command.${name}`), options }
}

/** The option that names a list. A name in the directory has 255 characters at most. */
export function listOption(texts: Texts, key: OptionKey): APIApplicationCommandStringOption {
  return {
    type: ApplicationCommandOptionType.String,
    name: 'list',
    ...descriptions(texts, key),
    required: true,
    autocomplete: true,
    max_length: 255,
  }
}

/** One of the things that a command can do. */
export function subcommand(
  texts: Texts,
  name: string,
  key: OptionKey,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  const described = descriptions(texts, key)
  return { type: ApplicationCommandOptionType.Subcommand, name, ...described, options }
}

/** Several of these things, of one kind. */
export function subcommandGroup(
  texts: Texts,
  name: string,
  key: OptionKey,
  options: APIApplicationCommandSubcommandOption[],
): APIApplicationCommandSubcommandGroupOption {
  const described = descriptions(texts, key)
  return { type: ApplicationCommandOptionType.SubcommandGroup, name, ...described, options }
}

/** An option that is yes or no. */
export function flagOption(texts: Texts, name: string, key: OptionKey): APIApplicationCommandBooleanOption {
  return { type: ApplicationCommandOptionType.Boolean, name, ...descriptions(texts, key) }
}

/** An option that takes one of a few words, each described. */
export function choiceOption(
  texts: Texts,
  name: string,
  key: OptionKey,
  choices: Readonly<Record<string, ChoiceKey>>,
): APIApplicationCommandStringOption {
  return {
    type: ApplicationCommandOptionType.String,
    name,
    ...descriptions(texts, key),
    choices: Object.entries(choices).map(([value, choice]) => ({
      value,
      name: texts.en(choice),
      name_localizations: inChinese(texts['zh-TW'](choice)),
    })),
  }
}

export function textOption(
  texts: Texts,
  name: string,
  key: OptionKey,
  maxLength: number,
  { suggested = false }: { suggested?: boolean } = {},
): APIApplicationCommandStringOption {
  const described = { name, ...descriptions(texts, key), max_length: maxLength }
  const type = ApplicationCommandOptionType.String
  return suggested ? { type, ...described, autocomplete: true } : { type, ...described }
}

/** The same option, which then can't be left out. */
export const required = <Option extends APIApplicationCommandBasicOption>(option: Option): Option => ({
  ...option,
  required: true,
})

/** The option that names somebody in the server. */
export function userOption(
  texts: Texts,
  key: OptionKey,
  { required = false }: { required?: boolean } = {},
): APIApplicationCommandUserOption {
  return {
    type: ApplicationCommandOptionType.User,
    name: 'user',
    ...descriptions(texts, key),
    ...(required ? { required } : {}),
  }
}

/** The option that names a channel or a thread in which messages can be posted. */
export function channelOption(texts: Texts, key: OptionKey): APIApplicationCommandChannelOption {
  return {
    type: ApplicationCommandOptionType.Channel,
    name: 'channel',
    ...descriptions(texts, key),
    channel_types: [
      ChannelType.GuildText,
      ChannelType.GuildAnnouncement,
      ChannelType.AnnouncementThread,
      ChannelType.PublicThread,
      ChannelType.PrivateThread,
    ],
  }
}

/** The option that names a role. */
export function roleOption(texts: Texts, name: string, key: OptionKey): APIApplicationCommandRoleOption {
  return { type: ApplicationCommandOptionType.Role, name, ...descriptions(texts, key) }
}

/** Simplified Chinese readers get Traditional Chinese too, as in every reply. */
function descriptions(
  texts: Texts,
  key: `command.${CommandName}` | OptionKey,
): { description: string; description_localizations: LocalizationMap } {
  return { description: texts.en(key), description_localizations: inChinese(texts['zh-TW'](key)) }
}

const inChinese = (text: string): LocalizationMap => ({ 'zh-TW': text, 'zh-CN': text })
