/** A button that opens a page: the only kind that a direct message gets, since the bot answers in the server alone. */
export type UrlButton = { type: 2; style: 5; url: string; label: string }

export type UrlButtonRow = { type: 1; components: UrlButton[] }

/**
 * What somebody is told: in Discord, and the same by mail. `isCut`: the mail says more than there is room for in Discord. `channelId`: the channel
 * that it is about.
 */
export type Words = { content: string; subject: string; text: string; isCut?: boolean; channelId?: string }

/** A direct message as the outbox keeps it. */
export type DirectMessage = {
  content: string
  components?: UrlButtonRow[]
  /** All of what the message has no room for. */
  file?: { name: string; text: string }
}

/** One row of buttons, each of which opens a page. */
export function urlButtons(...pages: { url: string; label: string }[]): UrlButtonRow {
  return { type: 1, components: pages.map(({ url, label }) => ({ type: 2, style: 5, url, label })) }
}
