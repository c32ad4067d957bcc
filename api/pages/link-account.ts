import { type Html, html } from '../../texts/html.ts'
import { firstLetter, monogram } from './monogram.ts'

type Account = { discordName: string; avatarUrl: string | null }

/** The Discord account that asks, as its owner knows it. */
export const linkAccount = (account: Account, asks: string): Html =>
  html`<div class="account">
    ${avatar(account)}
    <div><strong>${account.discordName}</strong><span>${asks}</span></div>
  </div>`

/** The picture is shown only if it is Discord's own; else, and where it can't be loaded, the first letter of the name. */
function avatar({ avatarUrl, discordName }: Account): Html {
  const origin = avatarUrl !== null && URL.canParse(avatarUrl) ? new URL(avatarUrl).origin : null
  if (avatarUrl !== null && origin === 'https://cdn.discordapp.com')
    return html`<img
      src="${avatarUrl}"
      alt=""
      data-letter="${firstLetter(discordName)}"
      width="52"
      height="52"
    />`
  return monogram(discordName)
}
