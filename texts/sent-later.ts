import { createTranslations } from './translate.ts'

/** The texts for a message that answers no interaction: values made harmless, commands as words that can be typed. */
export const inMessage = createTranslations({
  escape: (value) => shortened(value).replace(/[\\*_~`|>#\-[\]()<@:]/g, '\\$&'),
  command: (name) => `\`/${name}\``,
})

/** The same for a mail without HTML. What is only meant for Discord is taken out by `plainOf`. */
export const inMail = createTranslations({ escape: (value) => value, command: (name) => `/${name}` })

/** A text for Discord without its Markdown. */
export const plainOf = (text: string): string => text.replace(/\*\*|^-# /gm, '')

/** One line, short enough that a message with a few such values is not refused for its length. */
function shortened(value: string): string {
  const line = value.replaceAll(/\s+/gu, ' ')
  // Half of a character at the cut goes too.
  return line.length > 200 ? `${line.slice(0, 199).replace(/[\uD800-\uDBFF]$/, '')}…` : line
}
