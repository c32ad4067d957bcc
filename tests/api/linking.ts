import { expect, type TestContext } from 'vitest'
import type { LinkAttempt } from '../../domain/contracts/link.ts'
import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { addMember, type Answer, limiterOf, startTestApi, type TestApi } from './api-server.ts'
import { type Browser, newBrowser, type Page } from './browser.ts'

/** Two Discord accounts; the first is the one that begins unless it says otherwise. */
export const account = '100000000000000001'
export const other = '100000000000000002'
export const password = 'alice sings'

export type Linking = {
  api: TestApi
  url: string
  alice: { id: string; entryUuid: string }
  /** It knows alice, and a newcomer who is not in the mirror yet. */
  directory: { isAway: boolean; tried: string[] }
  begin(by?: string, more?: object): Promise<LinkAttempt>
  enter(code: string, by?: string, headers?: Record<string, string>): Promise<Answer>
  /** From the link to the code, in a browser. */
  prove(attempt: LinkAttempt, browser?: Browser): Promise<{ page: Page; code: string }>
  links(): Promise<Record<string, unknown>[]>
}

/** The API with a directory in memory, listening, since its pages are for browsers. */
export async function startLinking(t: TestContext): Promise<Linking> {
  const directory = { isAway: false, tried: [] as string[] }
  const entryUuids: Record<string, string> = { newcomer: '00000000-0000-4000-8000-000000000000' }
  const api = await startTestApi(t, {
    limits: { refusedByUsername: limiterOf(5, 900), linkBegins: limiterOf(8, 900) },
    authenticate: async (username, given) => {
      if (directory.isAway) throw new Error('connect ECONNREFUSED')
      directory.tried.push(username)
      const uid = username.toLowerCase()
      const entryUuid = entryUuids[uid]
      return entryUuid !== undefined && given === `${uid} sings` ? { ...person, entryUuid } : null
    },
  })
  const alice = await addMember(api, 'alice', { displayName: 'Alice <b>Ålund</b>' })
  entryUuids['alice'] = alice.entryUuid
  const url = await api.server.listen({ host: '127.0.0.1', port: 0 })
  Object.assign(api.context.settings, { url })
  return {
    api,
    url,
    alice,
    directory,
    begin: async (by = account, more = {}) => {
      const request = { discordName: 'ali & <ce>', locale: 'en', ...more }
      const answer = await api.as(by)('POST', '/links', request)
      expect(answer.status).toBe(201)
      return answer.json<LinkAttempt>()
    },
    enter: (code, by = account, headers = {}) => api.as(by)('POST', '/links/code', { code }, headers),
    prove: async (attempt, browser = newBrowser()) => {
      const form = await browser.open(attempt.url)
      const page = await browser.submit(form, { username: 'alice', password })
      return { page, code: codeOn(page) }
    },
    links: () => api.sql('select discord_user_id, member_id from discord_link where unlinked_at is null'),
  }
}

const person: PersonEntry = {
  entryUuid: '',
  version: '1',
  dn: 'uid=alice,ou=people,dc=example,dc=org',
  dnKey: '',
  uid: 'alice',
  displayName: 'Alice',
  mails: [],
  gidNumber: null,
}

/** The code that a page shows. */
export const codeOn = (page: Page): string =>
  /(\d{3}) ?(\d{3})/.exec(page.text)?.slice(1).join('') ?? 'no code'
