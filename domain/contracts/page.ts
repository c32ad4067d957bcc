import { type Static, type TSchema, Type } from 'typebox'

/** The query of a collection: `limit` 1 to 200 (50), `cursor` as the last answer gave it, `q` a search. */
export const PageQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'how many at most' }),
  ),
  // Names of up to 2,000 bytes fit, also as JSON in base64; the longest of control characters alone fit into no request's head.
  cursor: Type.Optional(
    Type.String({ maxLength: 12_000, description: 'the nextCursor of the page before, with the same query' }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'part of a name, a displayed name or, of lists, a description, whatever the case',
    }),
  ),
})
export type PageQuery = Static<typeof PageQuery>

/** A page of a collection; `nextCursor` is null on the last one. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) })
