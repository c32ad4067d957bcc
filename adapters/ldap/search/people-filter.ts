import { FilterParser } from 'ldapts'

/** What is wrong with the filter for people, in a sentence: one that can't be read would fail each search with it, but no start. */
export function problemsOfPeopleFilter({
  LDAP_PEOPLE_FILTER: filter,
}: {
  LDAP_PEOPLE_FILTER?: string
}): string[] {
  if (filter === undefined) return []
  try {
    void FilterParser.parseString(filter)
    return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [
      `LDAP_PEOPLE_FILTER is ${filter}, which is no filter of LDAP (${why}). Example: LDAP_PEOPLE_FILTER=(objectClass=inetOrgPerson)`,
    ]
  }
}
