import { text } from '../entries/entry-values.ts'
import { readAll } from './search.ts'
import type { Session } from '../connection/session.ts'

/** Below are the system's own groups (Debian's policy, section 9.2.2, ends its local ones far below that). */
const first = 10_000
/** The largest that fits the 32 bits with a sign that many programs keep it in. */
const last = 2 ** 31 - 2

/**
 * A group number that no list has, and nobody's primary group: the one above the highest. Two that ask at once get the same, and no server
 * minds: whoever creates lists does so one at a time, and looks afterwards.
 */
export async function freeGidNumber(session: Session): Promise<number> {
  const { listsBase, peopleBase } = session.config
  const ofLists = await highest(session, { base: listsBase, filter: '(gidNumber=*)' }, first - 1)
  // Hardly anybody, mostly: people are many, and their numbers below those of lists.
  const higher = { base: peopleBase, filter: `(gidNumber>=${ofLists + 1})` }
  return (await highest(session, higher, ofLists)) + 1
}

/** The highest of these numbers that is greater than `least`, or that. */
async function highest(
  session: Session,
  part: { base: string; filter: string },
  least: number,
): Promise<number> {
  let found = least
  const numbers = readAll(session, {
    ...part,
    attributes: ['gidNumber'],
    as: (entry) => Number(text(entry, 'gidNumber')),
  })
  for await (const piece of numbers)
    for (const number of piece) if (number > found && number < last) found = number
  return found
}

/** Whether no more than one group has this number. */
export async function isOnlyOne(session: Session, gidNumber: number): Promise<boolean> {
  const { listsBase: base } = session.config
  let holders = 0
  const filter = `(gidNumber=${gidNumber})`
  for await (const piece of readAll(session, { base, filter, attributes: ['gidNumber'], as: ({ dn }) => dn }))
    holders += piece.length
  return holders <= 1
}
