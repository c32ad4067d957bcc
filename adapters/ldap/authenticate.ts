import { escapeFilter } from 'ldapts'
import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { type DirectoryConfig } from './connect-options.ts'
import { discard, open } from './connection.ts'
import { asPerson, personAttributes } from './entries.ts'
import { asFailure } from './failure.ts'
import { type Entry, streamSearch } from './stream-search.ts'

/**
 * Finds the person by user name and binds as them, on a connection of their own. Null when there is no such person, more
 * than one, or the password is wrong. An empty password never reaches the server: it would be an anonymous bind, which
 * succeeds (RFC 4513, section 5.1.2).
 * @throws {DirectoryFailure} when the directory gave no answer.
 */
export async function authenticate(
  config: DirectoryConfig,
  username: string,
  password: string,
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
  // A bind as nobody takes as long as a bind as somebody, so that the time does not tell whether the person exists.
  const accepted = await binds(
    config,
    entry && !another ? entry.dn : `uid=nobody,${config.peopleBase}`,
    password,
  )
  return accepted && entry && !another ? asPerson(entry) : null
}

async function binds(config: DirectoryConfig, dn: string, password: string): Promise<boolean> {
  try {
    await discard(await open({ ...config, bindDn: dn, bindPassword: password }))
    return true
  } catch (error) {
    const failure = asFailure(error, false)
    if (failure.code === 49 || failure.code === 32 || failure.code === 48 || failure.code === 53) return false
    throw failure
  }
}
