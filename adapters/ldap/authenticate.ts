import { escapeFilter } from 'ldapts'
import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { type DirectoryConfig } from './connection/connect-options.ts'
import { discard, open } from './connection/connection.ts'
import { asPerson, personAttributes } from './entries/entries.ts'
import { asFailure } from './failure.ts'
import type { Entry } from './entries/entry-values.ts'
import { resultCode } from './result-codes.ts'
import { streamSearch } from './search/stream-search.ts'

/**
 * Finds the person by user name and binds as them, on a connection of their own. Null when there is no such person, more
 * than one, or the password is wrong. An empty password never reaches the server: it would be an anonymous bind, which
 * succeeds (RFC 4513, section 5.1.2). `beforeBind` hears whose password is about to be tried, null for nobody's; when it
 * throws, none is. How long it takes tells whether there is such a person, since only then a hash is computed: whoever
 * must not show that answers refusals after a time of their own.
 * @throws {DirectoryFailure} when the directory gave no answer, and what `beforeBind` throws.
 */
export async function authenticate(
  config: DirectoryConfig,
  username: string,
  password: string,
  beforeBind: (person: PersonEntry | null) => Promise<void> = async () => {},
): Promise<PersonEntry | null> {
  if (username === '' || password === '') return null
  const found: Entry[] = []
  const filter = `(&${config.peopleFilter}${escapeFilter`(uid=${username})`})`
  for await (const piece of streamSearch(config, {
    base: config.peopleBase,
    filter,
    attributes: personAttributes,
  }))
    found.push(...piece)
  const [entry, another] = found
  const person = entry && !another ? asPerson(entry) : null
  await beforeBind(person)
  // Nobody's password is tried too, so that the directory's own log and its limits see every try.
  const accepted = await binds(config, person?.dn ?? `uid=nobody,${config.peopleBase}`, password)
  return accepted ? person : null
}

/** How servers say that nobody has this name and password, or that who has may not sign in. */
const refusals: ReadonlySet<number> = new Set([
  resultCode.invalidCredentials,
  resultCode.noSuchObject,
  resultCode.inappropriateAuthentication,
  resultCode.unwillingToPerform,
])

async function binds(config: DirectoryConfig, dn: string, password: string): Promise<boolean> {
  try {
    await discard(await open({ ...config, bindDn: dn, bindPassword: password }))
    return true
  } catch (error) {
    const failure = asFailure(error, false)
    if (failure.code !== null && refusals.has(failure.code)) return false
    throw failure
  }
}
