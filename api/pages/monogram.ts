import { type Html, html } from '../../texts/html.ts'

/** The first letter of a name, in a circle, where there is no picture. */
export const monogram = (name: string): Html =>
  html`<div class="monogram" aria-hidden="true">${firstLetter(name)}</div>`

export function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim())
  return first?.segment.toUpperCase() ?? '?'
}
