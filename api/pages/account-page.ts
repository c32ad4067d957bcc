import type { ApiToken, Session } from '../../domain/contracts/identity.ts'
import type { Notifications } from '../../domain/contracts/notification.ts'
import type { Account } from '../../domain/store/members/read-account.ts'
import { notificationsCard } from './account-notifications.ts'
import { sessionsCard } from './account-sessions.ts'
import { grantableScopes, type TokenForm, tokensCard } from './account-tokens.ts'
import { type Html, html } from '../../texts/html.ts'
import { layout, type Wording } from './layout.ts'
import { monogram } from './monogram.ts'
import { dayElement } from './time-element.ts'

export type ShownAccount = Account & {
  uid: string
  displayName: string
  isAdmin: boolean
  timeZone: string
  notifications: Notifications['items']
  sessions: readonly Session[]
  tokens: readonly ApiToken[]
  tokenForm: TokenForm
  /** What was done just now. */
  done: string | null
  csrfToken: string
}

/** Everything that a member can see and change of themselves here. */
export function accountPage(wording: Wording, shown: ShownAccount): string {
  const { account } = wording.texts
  const { csrfToken, timeZone, sessions, tokens, tokenForm: form } = shown
  return layout(wording, {
    title: account.title,
    path: '/account',
    body: html`<h1>${account.title}</h1>
      ${doneNotice(wording, shown.done)} ${identity(wording, shown)} ${signOutForm(wording, csrfToken)}`,
    more: [
      discordCard(wording, shown),
      sessionsCard(wording, { sessions, timeZone, csrfToken }),
      tokensCard(wording, { tokens, form, timeZone, csrfToken, grantable: grantableScopes(shown) }),
      notificationsCard(wording, shown),
      dataCard(wording),
    ],
  })
}

/** The text is chosen from ours by the address, so that nobody else’s can be shown. */
function doneNotice({ texts }: Wording, done: string | null): Html | null {
  const known: Readonly<Record<string, string>> = texts.account.done
  const text = done !== null && Object.hasOwn(known, done) ? known[done] : undefined
  return text === undefined ? null : html`<p class="notice good" role="status">${text}</p>`
}

const identity = ({ texts }: Wording, { displayName, uid, isAdmin }: ShownAccount): Html =>
  html`<div class="account">
    ${monogram(displayName)}
    <div>
      <strong>${displayName}</strong>
      <span>${uid}</span> ${isAdmin ? html`<span class="badge">${texts.account.admin}</span>` : null}
    </div>
  </div>`

const signOutForm = ({ language, texts }: Wording, csrfToken: string): Html =>
  html`<form class="below" method="post" action="/account/sign-out?lang=${language}">
    <input type="hidden" name="_csrf" value="${csrfToken}" />
    <button class="quiet">${texts.account.signOut}</button>
  </form>`

function discordCard({ language, texts }: Wording, { link, timeZone }: ShownAccount): Html {
  const { discord } = texts.account
  if (link === null)
    return html`<h2>${discord.title}</h2>
      <p>${discord.notLinked}</p>
      <p class="lead">${discord.how}</p>`
  return html`<h2>${discord.title}</h2>
    <ul class="rows">
      <li>
        <div>
          <strong>${link.discordName ?? discord.account(link.discordUserId)}</strong>
          <p>${discord.since} ${dayElement({ language, timeZone }, link.linkedAt)}</p>
        </div>
      </li>
    </ul>
    <p class="small">${discord.unlink}</p>`
}

function dataCard({ language, texts }: Wording): Html {
  const { data } = texts.account
  return html`<h2>${data.title}</h2>
    <p>${data.text}</p>
    <p class="links">
      <a href="/api/v1/user/export">${data.download}</a>
      <a href="/account/forget?lang=${language}">${data.forget}</a>
    </p>`
}

/** For who is signed in and gone from the directory since. */
export function gonePage(wording: Wording, csrfToken: string): string {
  const { gone, account } = wording.texts
  return layout(wording, {
    title: gone.title,
    path: '/account',
    body: html`<h1>${gone.title}</h1>
      <p>${gone.text}</p>
      <p><a href="/account/forget?lang=${wording.language}">${account.data.forget}</a></p>
      ${signOutForm(wording, csrfToken)}`,
  })
}
