/**
 * SQLSTATE classes and codes, and codes of Node: no connection (08), not let in (28) or no such database (3D), no room on its disk, in
 * its memory or for one more connection (53), cancelled or restarting (57), no writes taken, as by a standby (25006), and a conflict
 * between two transactions (40), which a second try gets past.
 */
const awayCode =
  /^(ECONN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|EAI_AGAIN|08|28|3D|53|57|40|25006)/

/** What pg and knex say without a code; knex puts its own statement before it (`BEGIN; - `, `ROLLBACK - `). */
const awayMessage =
  /(?:^| - )(Connection terminated|Connection ended|timeout expired|Client has encountered a connection error|Query read timeout)/

/** True when a statement failed because Postgres is away or busy, not because the statement is wrong. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'KnexTimeoutError' || awayMessage.test(error.message)) return true
  return 'code' in error && typeof error.code === 'string' && awayCode.test(error.code)
}
