import { html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'
import { linkAccount } from './link-account.ts'
import { signInFields } from './sign-in-fields.ts'

type Shown = {
  discordName: string
  avatarUrl: string | null
  /** What the form sends back to show that it came from this page in this browser. */
  formProof: string
  /** What went wrong with the try before, and the user name that was typed. */
  notice: string | null
  username: string
}

/** Whose Discord account asks, what will happen, and the form. */
export function linkPage(wording: Wording, form: Shown): string {
  const { link } = wording.texts
  return layout(wording, {
    title: link.title,
    body: html`<h1>${link.title}</h1>
      <p class="lead">${link.lead}</p>
      ${linkAccount(form, link.asks)}
      <h2>${link.stepsTitle}</h2>
      <ol>
        ${link.steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      ${form.notice === null ? null : html`<p class="notice" role="alert">${form.notice}</p>`}
      <form method="post" action="?lang=${wording.language}">
        <input type="hidden" name="form" value="${form.formProof}" />
        ${signInFields(link, form.username)}
        <button>${link.submit}</button>
      </form>
      <p class="small">${link.notYou}</p>`,
  })
}
