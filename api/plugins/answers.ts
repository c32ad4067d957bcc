import { type TSchema, Type } from 'typebox'
import { Problem } from '../../domain/contracts/problem.ts'
import { type RefusalCode, refusalStatus } from '../../domain/contracts/refusal.ts'

const codesOf = Map.groupBy(Object.keys(refusalStatus) as RefusalCode[], (code) => refusalStatus[code])

const always = [400, 429, 500, 503]
const authenticated = [401, 403]

/** Answers of an operation that needs a caller: what it gives, and every problem that it may answer with. */
export const answers = <Given extends Record<number, TSchema>>(given: Given, ...problems: number[]) =>
  answersToAll(given, ...authenticated, ...problems)

/** The same for a public operation. */
export function answersToAll<Given extends Record<number, TSchema>>(given: Given, ...problems: number[]) {
  const statuses = [...new Set([...always, ...problems])].sort((a, b) => a - b)
  const described = Object.fromEntries(statuses.map((status) => [status, problemAnswer(status)]))
  return { ...described, ...given } as Given
}

export const Nothing = Type.Null({ description: 'Done; there is nothing to tell.' })

/** As `addChallenge` answers. */
const challenged = {
  'WWW-Authenticate': Type.String({
    description: 'The scheme Bearer; error="invalid_token" for a token that is none',
  }),
}

/** How a problem of this status is answered. */
export function problemAnswer(status: number) {
  return {
    description: (codesOf.get(status as 400) ?? []).join(' or '),
    ...(status === 401 ? { headers: challenged } : {}),
    content: { 'application/problem+json': { schema: Problem } },
  }
}
