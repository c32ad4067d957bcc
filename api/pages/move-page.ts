import type { Move } from '../../domain/store/links/move-link.ts'
import { html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'
import { linkAccount } from './link-account.ts'

/** Asks the owner of a link whether it shall move; what only opens the address must not do it. */
export function movePage(
  wording: Wording,
  move: Move,
  form: { formProof: string; notice: string | null },
): string {
  const { move: texts } = wording.texts
  return layout(wording, {
    title: texts.title,
    body: html`<h1>${texts.title}</h1>
      <p class="lead">${texts.lead(move.displayName)}</p>
      ${linkAccount(move, texts.asks)}
      <p class="small">${texts.proven[move.method]}</p>
      <h2>${texts.stepsTitle}</h2>
      <ol>
        ${texts.steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      ${form.notice === null ? null : html`<p class="notice" role="alert">${form.notice}</p>`}
      <form method="post" action="?lang=${wording.language}">
        <input type="hidden" name="form" value="${form.formProof}" />
        <button>${texts.submit}</button>
      </form>
      <p class="small">${texts.notYou[move.method]}</p>`,
  })
}
