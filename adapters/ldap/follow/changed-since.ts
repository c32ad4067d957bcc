import { escapeFilter } from 'ldapts'
import type { ChangedSince, EntryVersion, FeedBase } from '../../../domain/contracts/feed.ts'
import { asVersion, versionAttributes } from '../entries/entries.ts'
import { generalizedTime, readGeneralizedTime } from '../entries/generalized-time.ts'
import { partOf } from '../search/parts.ts'
import { readAll } from '../search/search.ts'
import type { Session } from '../connection/session.ts'

/** See `changedSince` of `Directory`. */
export async function changedSince(
  session: Session,
  base: FeedBase,
  since: ChangedSince,
): Promise<EntryVersion[]> {
  const part = partOf(session, base)
  const filter = `(&${part.filter}${sinceFilter(since)})`
  const changed: EntryVersion[] = []
  for await (const piece of readAll(session, {
    base: part.base,
    filter,
    attributes: versionAttributes,
    as: asVersion,
  }))
    changed.push(...piece)
  return changed
}

function sinceFilter(since: ChangedSince): string {
  if ('time' in since) return escapeFilter`(modifyTimestamp>=${aSecondBefore(since.time)})`
  // One for each server that takes writes: what the one wrote may arrive after what the other did.
  const [oldest = ''] = since.csn.split(',').sort()
  // To what is none, servers answer that nothing changed.
  if (!/^\d{14}\.\d{6}Z(#[0-9a-f]+){3}$/i.test(oldest)) throw new TypeError(`this is no CSN: ${since.csn}`)
  return escapeFilter`(entryCSN>=${oldest})`
}

/** More may have changed within the second of the last change, after it was looked at. */
function aSecondBefore(time: string): string {
  const at = readGeneralizedTime(time)
  if (at === null) throw new TypeError(`this is no generalized time: ${time}`)
  return generalizedTime(at.getTime() - 1000)
}
