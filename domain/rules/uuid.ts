/** Whether this can be an id at all (RFC 9562); Postgres refuses what is none with an error. */
export const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
