import { expect, type TestContext } from 'vitest'
import type { LinkAttempt } from '../../../domain/contracts/link.ts'
import type { PersonEntry } from '../../../domain/contracts/directory.ts'
import { addMember, type Answer, limiterOf, startTestApi, type TestApi } from '../api-server.ts'
import { type Browser, newBrowser, type Page } from '../browser.ts'

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
  /** Has a code sent by mail; the answer as it came. */
  beginByMail(username: string, by?: string, more?: object): Promise<Answer>
  enter(code: string, by?: string, headers?: Record<string, string>): Promise<Answer>
  /** From the link to the code, in a browser. */
  prove(attempt: LinkAttempt, browser?: Browser): Promise<{ page: Page; code: string }>
  links(): Promise<Record<string, unknown>[]>
  /** What waits in the outbox, oldest first. */
  mails(kind?: string): Promise<Mail[]>
  messages(kind?: string): Promise<Message[]>
}

export type Mail = { kind: string; to_address: string; subject: string; text_body: string; html_body: string }
export type Message = {
  kind: string
  destination_id: string
  body: { content: string; components?: { components: { url: string; label: string }[] }[]; mail: unknown }
}

/** The API with a directory in memory, listening, since its pages are for browsers. */
export async function startLinking(t: TestContext): Promise<Linking> {
  const directory = { isAway: false, tried: [] as string[] }
  const entryUuids: Record<string, string> = { newcomer: '00000000-0000-4000-8000-000000000000' }
  const api = await startTestApi(t, {
    limits: { refusedByUsername: limiterOf(5, 900), linkBegins: limiterOf(8, 900) },
    authenticate: async (username, given, beforeBind = async () => {}) => {
      if (directory.isAway) throw new Error('connect ECONNREFUSED')
      directory.tried.push(username)
      const uid = username.toLowerCase()
      const entryUuid = entryUuids[uid]
      const found = entryUuid === undefined ? null : { ...person, entryUuid }
      await beforeBind(found)
      return given === `${uid} sings` ? found : null
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
    beginByMail: (username, by = account, more = {}) =>
      api.as(by)('POST', '/links/mail', { username, discordName: 'ali & <ce>', locale: 'en', ...more }),
    enter: (code, by = account, headers = {}) => api.as(by)('POST', '/links/code', { code }, headers),
    prove: async (attempt, browser = newBrowser()) => {
      const form = await browser.open(attempt.url)
      const page = await browser.submit(form, { username: 'alice', password })
      return { page, code: codeOn(page) }
    },
    links: () => api.sql('select discord_user_id, member_id from discord_link where unlinked_at is null'),
    mails: (kind) => api.sql<Mail>('select * from mail where kind = coalesce($1, kind) order by id', [kind]),
    messages: (kind) =>
      api.sql<Message>(
        `select kind, destination_id, body from notice where kind = coalesce($1, kind) order by id`,
        [kind],
      ),
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

/** The six digits of a mail. */
export const codeInMail = (mail: Mail | undefined): string =>
  /^ {4}(\d{3}) (\d{3})$/m
    .exec(mail?.text_body ?? '')
    ?.slice(1)
    .join('') ?? 'no code'

/** The page of a mail that asks whether a link shall move. */
export const pageInMail = (mail: Mail | undefined): string =>
  /^https?:\/\/\S+$/m.exec(mail?.text_body ?? '')?.[0] ?? 'no page'

/** A code that is none of these. */
export const otherThan = (...codes: string[]): string =>
  ['000000', '000001', '000002'].find((code) => !codes.includes(code)) ?? ''
