/** What a developer's program said. `text` is Discord Markdown; nothing in it mentions anyone or masks a link where it is shown. */
export type OwnNoticeFacts = {
  kind: 'own-notice'
  title: string
  text: string
  fields: { name: string; value: string }[]
  url: string | null
  /** Whose program said it: the name of its token, and its owner's user name. */
  by: { token: string; username: string }
}
