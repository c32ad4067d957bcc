// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f]/g

/** A text from outside as Postgres takes it and people can read it, of at most `length` characters; line breaks and tabs stay. */
export function wellFormed(text: string, length = Number.POSITIVE_INFINITY): string {
  const clean = text.toWellFormed().replaceAll('\r\n', '\n').replaceAll(unprintable, '')
  return clean.length <= length ? clean : `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
