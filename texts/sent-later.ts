import { asIs } from './as-is.ts'
import { harmless } from './harmless.ts'
import { createTranslations } from './translate.ts'

/** The texts for a message that answers no interaction: values made harmless, commands as words that can be typed. */
export const inMessage = createTranslations({
  escape: (value) => harmless(value, { length: 200 }),
  command: (name) => `\`/${name}\``,
})

/** The same for a mail without HTML. What is only meant for Discord is taken out by `plainOf`. */
export const inMail = asIs

/** A text for Discord without its Markdown. */
export const plainOf = (text: string): string => text.replace(/\*\*|^-# /gm, '')
