import { carriesRights } from '../../domain/rules/link-rights.ts'
import { judgePairs } from '../../domain/store/links/judge-pairs.ts'
import { linkPair } from '../../domain/store/links/link-pair.ts'
import { pairMail } from './pair-mail.ts'
import type { Operation } from './operation.ts'
import { say } from '../say.ts'

const linkedBy = {
  web: 'by the password',
  mail: 'by a code from the mail',
  operator: 'by an operator',
  import: 'by an import',
} as const

/** Links one pair by the operator's word, with all rights that the member has, and tells the member. */
export const link: Operation = {
  words: ['user name', 'Discord id'],
  meaning: 'link a member and a Discord account; the member is told by mail',
  async run(db, [username = '', discordUserId = '']) {
    const [verdict] = await judgePairs(db, [{ username, discordUserId }])
    if (!verdict) throw new Error('a pair was not judged')
    if (verdict.kind === 'refused') throw verdict.refusal
    if (verdict.kind === 'standing') {
      const { uid, method } = verdict
      say(`${uid} and the account ${discordUserId} are linked already, ${linkedBy[method]}.`)
      say(
        carriesRights(method)
          ? 'There is nothing to do.'
          : `Such a link carries no rights of admins or owners. To give it those: unlink ${discordUserId}, then link the two again.`,
      )
      return true
    }
    const { memberId, uid } = verdict
    const { told } = await db.transaction((tx) =>
      linkPair(tx, { memberId, discordUserId, method: 'operator', composeMail: pairMail }),
    )
    say(`${uid} and the account ${discordUserId} are linked now.`)
    say(told ? 'A mail tells them.' : 'They have no address in the directory, so no mail tells them.')
    return true
  },
}
