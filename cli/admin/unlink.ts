import { endLinkByOperator } from '../../domain/store/links/end-link-by-operator.ts'
import type { Operation } from './operation.ts'
import { say } from '../say.ts'

/** Ends the link of one Discord account; the member stays on their lists. */
export const unlink: Operation = {
  words: ['Discord id'],
  meaning: 'end the link of a Discord account',
  async run(db, [discordUserId = '']) {
    const uid = await db.transaction((tx) => endLinkByOperator(tx, discordUserId))
    say(`${uid} and the account ${discordUserId} are not linked any more.`)
    return true
  },
}
