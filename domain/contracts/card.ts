/**
 * What a notice says, before it is fitted to where it is shown. `title`, `text` and `fields` are Markdown of Discord in which what came
 * from outside is harmless already; `plain` is the same without Markdown, for mail.
 */
export type Card = {
  title: string
  url: string | null
  text: string
  fields: readonly { name: string; value: string; inline: boolean }[]
  footer: string | null
  colour: 'red' | 'amber' | 'green' | 'grey' | 'blue' | 'purple'
  plain: { subject: string; text: string }
}
