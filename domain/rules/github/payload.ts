import { type TSchema, Type } from 'typebox'

/** What may be missing or null. Of a payload only what is needed is asked for, and everything else may be as it likes. */
export const maybe = <Schema extends TSchema>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]))

export const Account = Type.Object({ login: Type.String() })

export const Repository = Type.Object({ id: Type.Integer(), full_name: Type.String() })

const mostCharacters = 500
// oxlint-disable-next-line no-control-regex -- control characters are what is taken out
const controls = /[\u0000-\u001f\u007f]/g

/** The first line of a text, as Postgres can keep it: without control characters and halves of characters, and not endless. */
export function lineOf(text: string | null | undefined): string {
  const [first = ''] = (text ?? '').trimStart().split(/[\r\n]/, 1)
  const line = first.slice(0, mostCharacters * 2).replace(controls, ' ')
  const cut =
    line.length > mostCharacters
      ? `${line.slice(0, mostCharacters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
      : line
  return cut.toWellFormed().trim()
}

/** When something happened by GitHub's word: an ISO date or seconds since 1970. Nothing happens after it was told. */
export function timeOf(told: string | number | null | undefined, receivedAt: Date): Date {
  const time = new Date(typeof told === 'number' ? told * 1000 : (told ?? Number.NaN))
  return time.getTime() >= 0 && time < receivedAt ? time : receivedAt
}

/** The name of a commit as people say it. */
export const shortSha = (sha: string): string => (/^[0-9a-f]{7,64}$/.test(sha) ? sha.slice(0, 7) : '')
