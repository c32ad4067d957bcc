import { FilterParser } from 'ldapts'
import type { ListRead } from '../../../domain/contracts/directory.ts'
import { DirectoryFailure } from '../failure.ts'
import { newListDn } from '../entries/list-dn.ts'
import { resultCode } from '../result-codes.ts'
import { type Part, searchAll } from './search.ts'
import type { Session } from '../connection/session.ts'

/** See `findNamedList` of `Directory`. */
export async function findNamedList(
  { config, connection }: Session,
  { filter, attributes, as }: Part<ListRead>,
  name: string,
): Promise<ListRead | null> {
  const there = { base: newListDn(config, name), scope: 'base' as const, attributes }
  try {
    const [entry] = await connection.run((client) =>
      searchAll(client, { ...there, filter: FilterParser.parseString(filter) }),
    )
    return entry ? as(entry) : null
  } catch (error) {
    if (error instanceof DirectoryFailure && error.code === resultCode.noSuchObject) return null
    throw error
  }
}
