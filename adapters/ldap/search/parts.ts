import type { PersonEntry } from '../../../domain/contracts/directory.ts'
import type { FeedBase } from '../../../domain/contracts/feed.ts'
import type { Session } from '../connection/session.ts'
import { asPerson, personAttributes } from '../entries/entries.ts'
import { idAttributes, idOf } from '../entries/entry-id.ts'
import type { Part } from './search.ts'

/** Where people or lists are, and which entries there are such. */
export function partOf({ config }: Session, base: FeedBase): { base: string; filter: string } {
  return base === 'people'
    ? { base: config.peopleBase, filter: config.peopleFilter }
    : { base: config.listsBase, filter: `(objectClass=${config.listClass})` }
}

/** The people. */
export const peopleIn = (session: Session): Part<PersonEntry> => ({
  ...partOf(session, 'people'),
  attributes: personAttributes,
  as: asPerson,
})

/** The ids of people or of lists, and nothing else of them. */
export const idsIn = (session: Session, base: FeedBase): Part<string> => ({
  ...partOf(session, base),
  attributes: idAttributes,
  as: (entry) => idOf(entry) ?? null,
})
