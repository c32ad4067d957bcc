import { html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'

/** Asks before a link is undone: what only opens the address (a mail scanner) must not do it. */
export function undoPage(wording: Wording, link: { discordName: string; displayName: string }): string {
  const { undo } = wording.texts
  return layout(wording, {
    title: undo.title,
    body: html`<h1>${undo.title}</h1>
      <p>${undo.text(link.discordName, link.displayName)}</p>
      <p class="lead">${undo.stays}</p>
      <form class="only" method="post" action="?lang=${wording.language}">
        <button>${undo.submit}</button>
      </form>`,
  })
}
