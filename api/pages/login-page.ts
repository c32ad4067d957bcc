import { html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'
import { signInFields } from './sign-in-fields.ts'

type Shown = {
  /** What the form sends back to show that it came from this page in this browser. */
  formProof: string
  /** What went wrong with the try before, and the user name that was typed. */
  notice: string | null
  username: string
}

export function loginPage(wording: Wording, form: Shown): string {
  const { login, link } = wording.texts
  return layout(wording, {
    title: login.title,
    body: html`<h1>${login.title}</h1>
      <p class="lead">${login.lead}</p>
      ${form.notice === null ? null : html`<p class="notice" role="alert">${form.notice}</p>`}
      <form method="post" action="?lang=${wording.language}">
        <input type="hidden" name="form" value="${form.formProof}" />
        ${signInFields(link, form.username)}
        <button>${login.submit}</button>
      </form>
      <p class="small">${login.note}</p>`,
  })
}

/** What is left in the browser after leaving. */
export function leftPage(wording: Wording, how: 'signedOut' | 'forgotten'): string {
  const { title, text } = wording.texts[how]
  return layout(wording, {
    title,
    body: html`<h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/login?lang=${wording.language}">${wording.texts.signedOut.again}</a></p>`,
  })
}
