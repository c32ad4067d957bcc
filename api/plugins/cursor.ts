import { Refusal } from '../../domain/contracts/refusal.ts'
import { isUuid } from '../../domain/rules/uuid.ts'

/** A page as it is answered; `next` is what the one after it begins behind. */
export const pageUntil = <Item>({ items, next }: { items: Item[]; next: string | null }) => ({
  items,
  nextCursor: next === null ? null : cursorAfter(next),
})

/** The opaque cursor of a page that ended with `last`. */
export const cursorAfter = (last: string): string => Buffer.from(JSON.stringify([last])).toString('base64url')

/**
 * What the page before ended with; null without a cursor.
 * @throws {Refusal} VALIDATION_ERROR for a cursor that no answer has given.
 */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  try {
    const [last, ...more] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const isOurs = typeof last === 'string' && more.length === 0 && cursorAfter(last) === cursor
    // Names of the directory may have any character; NUL they are mirrored without, since Postgres takes none.
    if (isOurs && !last.includes('\0')) return last
  } catch (cause) {
    throw brokenCursor(cause)
  }
  throw brokenCursor()
}

/** The same for what goes by its id. @throws {Refusal} VALIDATION_ERROR */
export function readIdCursor(cursor: string | undefined): string | null {
  const after = readCursor(cursor)
  if (after !== null && !isUuid(after)) throw brokenCursor()
  return after
}

/** The refusal of a cursor that no answer has given. */
export const brokenCursor = (cause?: unknown): Refusal =>
  new Refusal('VALIDATION_ERROR', 'The cursor is not one that an answer has given. Begin again without it.', {
    reason: 'CURSOR_INVALID',
    cause,
  })
