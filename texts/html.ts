/** HTML that is safe to send: it was written here, and every value in it was escaped. */
export type Html = { readonly html: string }

type Value = Html | string | number | null | readonly Html[]

/** Writes HTML as a template; a value that is not HTML itself is escaped, null is nothing. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return { html: String.raw({ raw: strings }, ...values.map(asText)) }
}

function asText(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  return 'html' in value ? value.html : value.map((one) => one.html).join('')
}

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
