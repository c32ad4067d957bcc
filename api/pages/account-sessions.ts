import type { Session } from '../../domain/contracts/identity.ts'
import { type Html, html } from '../../texts/html.ts'
import type { Wording } from './layout.ts'
import { nameBrowser } from './name-browser.ts'
import { timeElement } from './time-element.ts'

/** Where the member is signed in, each with the button that ends it; that of this browser is at the top of the page. */
export function sessionsCard(
  wording: Wording,
  { sessions, timeZone, csrfToken }: { sessions: readonly Session[]; timeZone: string; csrfToken: string },
): Html {
  const { sessions: texts } = wording.texts.account
  const thisFirst = sessions.toSorted((a, b) => Number(b.current) - Number(a.current))
  const hasOthers = sessions.some(({ current }) => !current)
  return html`<h2 id="sessions">${texts.title}</h2>
    <ul class="rows">
      ${thisFirst.map((session) => sessionRow(wording, session, { timeZone, csrfToken }))}
    </ul>
    ${hasOthers ? endOthersForm(wording, csrfToken) : html`<p class="small">${texts.onlyThis}</p>`}`
}

function sessionRow(
  { language, texts }: Wording,
  session: Session,
  { timeZone, csrfToken }: { timeZone: string; csrfToken: string },
): Html {
  const clock = { language, timeZone }
  const { sessions } = texts.account
  const { id, address, agent, createdAt, seenAt, current } = session
  const { browser, system } = nameBrowser(agent)
  const name = sessions.browserOn(browser, system)
  return html`<li>
    <div>
      <strong>${name}</strong> ${current ? html`<span class="badge">${sessions.this}</span>` : null}
      <p>
        ${sessions.signedIn} ${timeElement(clock, createdAt)}
        ${sessions.from(address === 'unknown' ? null : address)}<br />
        ${sessions.seen} ${timeElement(clock, seenAt)}
      </p>
    </div>
    ${
      current
        ? null
        : html`<form method="post" action="/account/sessions/${id}/end?lang=${language}">
            <input type="hidden" name="_csrf" value="${csrfToken}" />
            <button class="quiet" aria-label="${sessions.endLabel(name)}">${sessions.end}</button>
          </form>`
    }
  </li>`
}

const endOthersForm = ({ language, texts }: Wording, csrfToken: string): Html =>
  html`<form class="below" method="post" action="/account/sessions/end-others?lang=${language}">
    <input type="hidden" name="_csrf" value="${csrfToken}" />
    <button class="quiet">${texts.account.sessions.endOthers}</button>
  </form>`
