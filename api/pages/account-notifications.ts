import type { Notifications } from '../../domain/contracts/notification.ts'
import { type Html, html } from '../../texts/html.ts'
import type { Wording } from './layout.ts'

type Shown = { notifications: Notifications['items']; csrfToken: string }

/** What the member is told of, with a box for each kind. */
export function notificationsCard({ language, texts }: Wording, { notifications, csrfToken }: Shown): Html {
  const { notifications: words } = texts.account
  return html`<h2 id="notifications">${words.title}</h2>
    <p class="lead">${words.lead}</p>
    <form class="only" method="post" action="/account/notifications?lang=${language}">
      <input type="hidden" name="_csrf" value="${csrfToken}" />
      <fieldset>
        <legend>${words.legend}</legend>
        ${notifications.map(
          ({ kind, on }) =>
            html`<label class="choice">
              <input type="checkbox" name="kinds" value="${kind}" ${on ? html`checked` : null} />
              <span>${words.kinds[kind]}</span>
            </label>`,
        )}
      </fieldset>
      <p class="hint">${words.always}</p>
      <button>${words.submit}</button>
    </form>`
}
