import { createHash } from 'node:crypto'

type Text = string | null | undefined
type Embed = {
  title?: Text
  description?: Text
  fields?: readonly { name: string; value: string }[] | null | undefined
}
type Said = { content?: Text; embeds?: readonly Embed[] | null | undefined }

/** A fingerprint of what a message says: the same for what was sent and for what Discord made of it. */
export function printOf({ content, embeds }: Said): string {
  const said = [content, ...(embeds ?? []).flatMap(textsOf)]
  const told = said.map((text) => (text ?? '').replace(/\s+/g, ' ').trim())
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 22)
}

const textsOf = ({ title, description, fields }: Embed): Text[] => [
  title,
  description,
  ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
]
