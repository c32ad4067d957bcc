/** Postgres refuses a name that another list has. */
export const isNameTaken = (cause: unknown): boolean =>
  cause instanceof Error &&
  'code' in cause &&
  cause.code === '23505' &&
  'constraint' in cause &&
  cause.constraint === 'list_name'
