import { Type } from 'typebox'
import type { PageTexts } from '../../texts/pages.en.ts'
import { type Html, html } from '../../texts/html.ts'

/** What a form with these fields sends; `form` proves that it came from our own page. */
export const SignInForm = Type.Object({
  form: Type.Optional(Type.String()),
  username: Type.Optional(Type.String({ maxLength: 256 })),
  password: Type.Optional(Type.String({ maxLength: 1024 })),
})

/** Where the directory's user name and password are typed; what was typed as the name is there again after a refusal. */
export const signInFields = (
  { username: label, password }: Pick<PageTexts['link'], 'username' | 'password'>,
  username: string,
): Html =>
  html`<label for="username">${label}</label>
    <input
      id="username"
      name="username"
      value="${username}"
      autocomplete="username"
      autocapitalize="none"
      autocorrect="off"
      spellcheck="false"
      maxlength="256"
      required
    />
    <label for="password">${password}</label>
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      maxlength="1024"
      required
    />`
