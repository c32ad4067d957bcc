import { Type } from 'typebox'
import { List } from '../../domain/contracts/list.ts'
import type { Calling } from './as-caller.ts'
import { asPathSegment } from './path-segment.ts'

const Lists = Type.Object({ items: Type.Array(List) })

/** Lists as everybody sees them. */
export const listCalls = ({ read }: Calling) => ({
  /** The first few lists whose name or description holds `q`. */
  async findLists(q: string, limit: number): Promise<List[]> {
    const query = new URLSearchParams({ q, limit: String(limit) })
    return (await read(`/lists?${query.toString()}`, Lists)).body.items
  },

  /** One list; how many are on it and who owns it is told to who may manage it. */
  async list(name: string): Promise<List> {
    return (await read(`/lists/${asPathSegment(name)}`, List)).body
  },
})
