import type { ApiToken } from '../../domain/contracts/identity.ts'
import { type Scope, scopes as allScopes } from '../../domain/rules/permissions.ts'
import { type Html, html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'
import { dayElement, timeElement } from './time-element.ts'

/** What is in the form for a new token, and what was wrong with it. */
export type TokenForm = { name: string; scopes: readonly Scope[]; days: string; notice: string | null }

export const emptyTokenForm: TokenForm = { name: '', scopes: ['read'], days: '90', notice: null }

type Shown = {
  tokens: readonly ApiToken[]
  /** What this member may give to a token. */
  grantable: readonly Scope[]
  form: TokenForm
  timeZone: string
  csrfToken: string
}

/** What a token of this member can be for. */
export const grantableScopes = (may: { isAdmin: boolean; noticesAllowed: boolean }): Scope[] =>
  allScopes.filter((scope) =>
    scope === 'admin' ? may.isAdmin : scope === 'notices' ? may.isAdmin || may.noticesAllowed : true,
  )

/** The member's API tokens, each with the button that revokes it, and the form for a new one. */
export function tokensCard(wording: Wording, shown: Shown): Html {
  const { tokens: texts } = wording.texts.account
  return html`<h2 id="tokens">${texts.title}</h2>
    <p class="lead">${texts.lead} <a href="/docs">${texts.reference}</a></p>
    ${
      shown.tokens.length === 0
        ? null
        : html`<ul class="rows">
            ${shown.tokens.map((token) => tokenRow(wording, token, shown))}
          </ul>`
    }
    ${newTokenForm(wording, shown)}`
}

function tokenRow({ language, texts }: Wording, token: ApiToken, { timeZone, csrfToken }: Shown): Html {
  const clock = { language, timeZone }
  const { tokens } = texts.account
  const { id, name, scopes, expiresAt, lastUsedAt } = token
  return html`<li>
    <div>
      <strong>${name}</strong>
      <p class="badges">${scopes.map((scope) => html`<span class="badge">${scope}</span>`)}</p>
      <p>
        ${tokens.expires} ${dayElement(clock, expiresAt)}<br />
        ${lastUsedAt === null ? tokens.neverUsed : html`${tokens.used} ${timeElement(clock, lastUsedAt)}`}
      </p>
    </div>
    <form method="post" action="/account/tokens/${id}/revoke?lang=${language}">
      <input type="hidden" name="_csrf" value="${csrfToken}" />
      <button class="quiet" aria-label="${tokens.revokeLabel(name)}">${tokens.revoke}</button>
    </form>
  </li>`
}

function newTokenForm({ language, texts }: Wording, { grantable, form, csrfToken }: Shown): Html {
  const { tokens } = texts.account
  return html`<h3 id="new-token">${tokens.make}</h3>
    ${form.notice === null ? null : html`<p class="notice" role="alert">${form.notice}</p>`}
    <form class="only" method="post" action="/account/tokens?lang=${language}#new-token">
      <input type="hidden" name="_csrf" value="${csrfToken}" />
      <label for="name">${tokens.name}</label>
      <input
        id="name"
        name="name"
        value="${form.name}"
        maxlength="100"
        autocomplete="off"
        aria-describedby="name-hint"
        required
      />
      <p class="hint" id="name-hint">${tokens.nameHint}</p>
      <fieldset>
        <legend>${tokens.scopes}</legend>
        ${grantable.map((scope) => scopeBox(tokens.scopeMeanings[scope], scope, form.scopes.includes(scope)))}
      </fieldset>
      <label for="days">${tokens.days}</label>
      <input id="days" name="days" type="number" value="${form.days}" min="1" max="365" required />
      <button>${tokens.submit}</button>
    </form>`
}

const scopeBox = (meaning: string, scope: Scope, isChecked: boolean): Html =>
  html`<label class="choice">
    <input type="checkbox" name="scopes" value="${scope}" ${isChecked ? html`checked` : null} />
    <span>${meaning} <code>${scope}</code></span>
  </label>`

type NewToken = Pick<ApiToken, 'name' | 'scopes' | 'expiresAt'> & { token: string }

/** A token, shown this once, and how to use it. `url` is the API's own address. */
export function newTokenPage(
  wording: Wording,
  { token, url, timeZone }: { token: NewToken; url: string; timeZone: string },
): string {
  const { newToken } = wording.texts.account
  const clock = { language: wording.language, timeZone }
  return layout(wording, {
    title: newToken.title,
    once: true,
    body: html`<h1>${newToken.title}</h1>
      <p class="lead">${newToken.lead(token.name)}</p>
      <p class="secret"><code id="token">${token.token}</code></p>
      <p class="notice">${newToken.keep}</p>
      <h2>${newToken.use}</h2>
      <p class="secret"><code id="curl">${curlLine(token, url)}</code></p>
      <p class="small">${newToken.expires} ${dayElement(clock, token.expiresAt)}</p>
      <p><a href="/account?lang=${wording.language}#tokens">${newToken.back}</a></p>`,
  })
}

/** A call that this token opens: a read where it may read, else what its scope is for. */
function curlLine({ token, scopes }: { token: string; scopes: readonly Scope[] }, url: string): string {
  const withToken = `curl -H 'Authorization: Bearer ${token}'`
  const call = scopes.includes('read')
    ? `${url}/api/v1/auth/me`
    : scopes.includes('admin')
      ? `${url}/api/v1/admin/lists`
      : scopes.includes('subscriptions')
        ? `-X PUT ${url}/api/v1/user/subscriptions/LIST`
        : `-X POST ${url}/api/v1/notices`
  return `${withToken} ${call}`
}
