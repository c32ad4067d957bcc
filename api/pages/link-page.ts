import { type Html, html } from './html.ts'
import { layout, type Wording } from './layout.ts'

export type LinkForm = {
  discordName: string
  avatarUrl: string | null
  /** What the form sends back to show that it came from this page in this browser. */
  formProof: string
  /** What went wrong with the try before, and the user name that was typed. */
  notice: string | null
  username: string
}

/** Whose Discord account asks, what will happen, and the form. */
export function linkPage(wording: Wording, form: LinkForm): string {
  const { link } = wording.texts
  return layout(wording, {
    title: link.title,
    body: html`<h1>${link.title}</h1>
      <p class="lead">${link.lead}</p>
      <div class="account">
        ${avatar(form)}
        <div><strong>${form.discordName}</strong><span>${link.asks}</span></div>
      </div>
      <h2>${link.stepsTitle}</h2>
      <ol>
        ${link.steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      ${form.notice === null ? null : html`<p class="notice" role="alert">${form.notice}</p>`}
      <form method="post" action="?lang=${wording.language}">
        <input type="hidden" name="form" value="${form.formProof}" />
        <label for="username">${link.username}</label>
        <input
          id="username"
          name="username"
          value="${form.username}"
          autocomplete="username"
          autocapitalize="none"
          autocorrect="off"
          spellcheck="false"
          maxlength="256"
          required
        />
        <label for="password">${link.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength="1024"
          required
        />
        <button>${link.submit}</button>
      </form>
      <p class="small">${link.notYou}</p>`,
  })
}

/** The code, shown this once. */
export function codePage(
  wording: Wording,
  shown: { code: string; displayName: string; discordName: string },
): string {
  const { code } = wording.texts
  return layout(wording, {
    title: code.title,
    once: true,
    body: html`<h1>${code.title}</h1>
      <p class="lead">${code.lead(shown.displayName)}</p>
      <p class="code" aria-label="${code.label}: ${shown.code}">
        <span>${shown.code.slice(0, 3)}</span><span>${shown.code.slice(3)}</span>
      </p>
      <p>${code.next}</p>
      <p class="notice">${code.keep(shown.discordName)}</p>`,
  })
}

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

/** The picture is shown only if it is Discord's own; else the first letter of the name. */
function avatar({ avatarUrl, discordName }: LinkForm): Html {
  const origin = avatarUrl !== null && URL.canParse(avatarUrl) ? new URL(avatarUrl).origin : null
  if (avatarUrl !== null && origin === 'https://cdn.discordapp.com')
    return html`<img src="${avatarUrl}" alt="" width="52" height="52" />`
  return html`<div class="monogram" aria-hidden="true">${firstLetter(discordName)}</div>`
}

function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim())
  return first?.segment.toUpperCase() ?? '?'
}
