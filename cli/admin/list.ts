import { type AdminEntry, readAdmins } from '../../domain/store/members/read-admins.ts'
import type { Operation } from './operation.ts'
import { say } from '../say.ts'
import { sayTable } from './table.ts'

/** Who is an admin, and why. */
export const list: Operation = {
  words: [],
  meaning: 'who is an admin, and by whose word',
  async run(db) {
    const admins = await readAdmins(db)
    if (!admins.some(({ isAdmin }) => isAdmin))
      say('Nobody is an admin. To make somebody one: npm run admin -- grant <user name>')
    sayTable(
      admins.map((admin) => [
        admin.uid,
        admin.isAdmin ? 'admin' : 'no admin',
        whyOf(admin),
        admin.displayName,
      ]),
    )
    return true
  },
}

function whyOf({ override, overriddenAt, inDirectory, present }: AdminEntry): string {
  const on = overriddenAt?.toISOString().slice(0, 10)
  if (override === null) return 'by the directory'
  if (!override) return `taken on ${on}${inDirectory ? ', though the directory says admin' : ''}`
  if (!present) return `granted on ${on}, but not in the directory any more`
  return `granted on ${on}${inDirectory ? ', and by the directory' : ''}`
}
