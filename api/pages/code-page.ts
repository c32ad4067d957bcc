import { html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'

type Shown = {
  code: string
  displayName: string
  discordName: string
  /** Another account acts for this person now, so the code only leads to a question. */
  isLinked: boolean
}

/** The code, shown this once. */
export function codePage(
  wording: Wording,
  { code: digits, displayName, discordName, isLinked }: Shown,
): string {
  const { code } = wording.texts
  return layout(wording, {
    title: code.title,
    once: true,
    body: html`<h1>${code.title}</h1>
      <p class="lead">${code.lead(displayName)}</p>
      <p class="code" aria-label="${code.label}: ${digits}">
        <span>${digits.slice(0, 3)}</span><span>${digits.slice(3)}</span>
      </p>
      <p>${code.next}</p>
      ${isLinked ? html`<p>${code.moves}</p>` : null}
      <p class="notice">${code.keep(discordName)}</p>`,
  })
}
