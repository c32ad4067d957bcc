import { type AdminStanding, setAdmin } from '../../domain/store/members/set-admin.ts'
import type { Operation } from './operation.ts'
import { say } from '../say.ts'

/** Makes somebody an admin, whatever the directory says. */
export const grant: Operation = {
  words: ['user name'],
  meaning: 'make somebody an admin',
  async run(db, [username = '']) {
    say(outcomeOf(await db.transaction((tx) => setAdmin(tx, { username, isAdmin: true }))))
    return true
  },
}

function outcomeOf({ uid, changed, inDirectory }: AdminStanding): string {
  if (inDirectory)
    return changed
      ? `${uid} is an admin again, by the directory.`
      : `${uid} is an admin already, by the directory. There is nothing to grant.`
  return changed
    ? `${uid} is an admin now. That holds until: npm run admin -- revoke ${uid}`
    : `${uid} is an admin already: that was granted before. There is nothing to do.`
}
