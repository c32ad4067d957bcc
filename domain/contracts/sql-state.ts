/** What PostgreSQL calls what went wrong, as far as something is made of it (appendix A of its manual). */
export const sqlState = {
  uniqueViolation: '23505',
  undefinedColumn: '42703',
  undefinedTable: '42P01',
  diskFull: '53100',
} as const

/** Undefined where it was not Postgres that said no. */
export const sqlStateOf = (error: unknown): string | undefined => (error as { code?: string } | null)?.code
