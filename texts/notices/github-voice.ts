import type { Card } from '../../domain/contracts/card.ts'
import type { CommitFacts } from '../../domain/contracts/github-facts.ts'
import { harmless, plainLine } from '../harmless.ts'
import { siteTime } from '../site-time.ts'
import { createTranslations, type Locale, type Translate } from '../translate.ts'

/** What a card says, in Markdown or in the words of a mail. What has nothing to say is left out of `fields`. */
export type Said = {
  title: string
  url: string | null
  lines: string[]
  fields: { name: string; value: string }[]
  colour: Card['colour']
}

/** How the same is said in Discord and in a mail: `words` puts in what came from outside, `name` as short as a title needs it, `when` a time in ISO 8601. */
export type Voice = {
  say: Translate
  words: (value: string) => string
  name: (value: string) => string
  link: (url: string) => string
  when: (iso: string) => string
}

/** Two of them and the sentence around them fit into a title. */
const length = 100
const longerLength = 250

const inDiscord = createTranslations({
  escape: (value) => harmless(value, { length }),
  command: (name) => `\`/${name}\``,
})
const inMail = createTranslations({ escape: plainLine, command: (name) => `/${name}` })

/** As Markdown. */
export const discordVoice = (locale: Locale): Voice => ({
  say: inDiscord[locale],
  words: (value) => harmless(value, { length: longerLength }),
  name: (value) => harmless(value, { length }),
  link: (url) => harmless(url, { length: 2000 }),
  when: (iso) => `<t:${Math.floor(Date.parse(iso) / 1000)}:f>`,
})
/** In the words of a mail. */
export const mailVoice = (locale: Locale, timeZone: string): Voice => ({
  say: inMail[locale],
  words: plainLine,
  name: plainLine,
  link: plainLine,
  when: (iso) => siteTime(iso, timeZone, { seconds: false }),
})

type FieldKey =
  | 'repository'
  | 'branch'
  | 'commit'
  | 'author'
  | 'trigger'
  | 'took'
  | 'size'
  | 'labels'
  | 'events'

/** The fields that have something to say, in this order. */
export const fieldsOf = ({ say }: Voice, values: Partial<Record<FieldKey, string | null>>): Said['fields'] =>
  (Object.keys(values) as FieldKey[]).flatMap((key) => {
    const value = values[key] ?? ''
    return value === '' ? [] : [{ name: say(`github.field.${key}`), value }]
  })

/** Who did it; GitHub leaves it out where the account is gone. */
export const whoOf = ({ say }: Voice, name: string): string => (name === '' ? say('github.somebody') : name)

/** A commit by its short name and the first line of its message. */
export function commitLine({ words }: Voice, { sha, message }: CommitFacts): string {
  return [sha === '' ? '' : `\`${sha}\``, words(message)].filter((part) => part !== '').join(' ')
}
