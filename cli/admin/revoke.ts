import { type AdminStanding, setAdmin } from '../../domain/store/members/set-admin.ts'
import type { Operation } from './operation.ts'
import { say } from '../say.ts'

/** Takes from somebody that they are an admin, whatever the directory says. */
export const revoke: Operation = {
  words: ['user name'],
  meaning: 'somebody is no admin any more, even where the directory says so',
  async run(db, [username = '']) {
    say(outcomeOf(await db.transaction((tx) => setAdmin(tx, { username, isAdmin: false }))))
    return true
  },
}

function outcomeOf({ uid, changed, inDirectory }: AdminStanding): string {
  const now = changed ? `${uid} is no admin any more` : `${uid} is no admin`
  if (inDirectory)
    return `${now}, although the directory says so. That holds until: npm run admin -- grant ${uid}`
  return changed ? `${now}: what was granted is taken back.` : `${now}. There is nothing to revoke.`
}
