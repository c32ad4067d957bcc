import { html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'

/** Asks before what is not the directory’s own is deleted. */
export function forgetPage(
  wording: Wording,
  { notice, csrfToken }: { notice: string | null; csrfToken: string },
): string {
  const { forget } = wording.texts
  return layout(wording, {
    title: forget.title,
    path: '/account/forget',
    body: html`<h1>${forget.title}</h1>
      <p>${forget.text}</p>
      ${notice === null ? null : html`<p class="notice" role="alert">${notice}</p>`}
      <h2>${forget.goesTitle}</h2>
      <ul class="plain">
        ${forget.goes.map((what) => html`<li>${what}</li>`)}
      </ul>
      <h2>${forget.staysTitle}</h2>
      <ul class="plain">
        ${forget.stays.map((what) => html`<li>${what}</li>`)}
      </ul>
      <form method="post" action="/account/forget?lang=${wording.language}">
        <input type="hidden" name="_csrf" value="${csrfToken}" />
        <button class="danger">${forget.submit}</button>
      </form>
      <p class="small"><a href="/account?lang=${wording.language}">${forget.back}</a></p>`,
  })
}
