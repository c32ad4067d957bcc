import {
  type APIApplicationCommandStringOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type LocalizationMap,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import type { Locale, TextKey, Translate } from '../texts/translate.ts'

type Texts = Record<Locale, Translate>
type CommandName = Extract<TextKey, `command.${string}`> extends `command.${infer Name}` ? Name : never
type OptionKey = Extract<TextKey, `option.${string}`>

/** A command as Discord wants to know it, described in both languages. */
export function describeCommand(
  texts: Texts,
  name: CommandName,
  options: APIApplicationCommandStringOption[] = [],
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

/** Simplified Chinese readers get Traditional Chinese too, as in every reply. */
function descriptions(
  texts: Texts,
  key: `command.${CommandName}` | OptionKey,
): { description: string; description_localizations: LocalizationMap } {
  const chinese = texts['zh-TW'](key)
  return { description: texts.en(key), description_localizations: { 'zh-TW': chinese, 'zh-CN': chinese } }
}
