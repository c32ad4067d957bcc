import { expect, type TestContext } from 'vitest'
import type { PersonEntry } from '../../../domain/contracts/directory.ts'
import type { Limits, Settings } from '../../../api/context.ts'
import { addMember, type Answer, limiterOf, startTestApi, type TestApi } from '../api-server.ts'
import { type Browser, newBrowser, type Page } from '../browser.ts'

export const passwordOf = (uid: string): string => `${uid} sings`

/** What a browser keeps of being signed in. */
export type Session = { id: string; secret: string; csrfToken: string; cookie: string }

export type SigningIn = {
  api: TestApi
  url: string
  /** alice is a member, ada an admin; a newcomer is in the directory and not in the mirror yet. */
  ids: Record<'alice' | 'ada', string>
  directory: { isAway: boolean; tried: string[] }
  /** Asks the API as a script would that knows only what it is given here. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    more?: { headers?: Record<string, string>; body?: unknown },
  ): Promise<Answer & { setCookies: string[] }>
  /** Signs in at the API's door, in a browser that had these headers. */
  signIn(uid: 'alice' | 'ada', headers?: Record<string, string>): Promise<Session>
  /** Goes through the login page to the account page, with a browser that calls itself `agent`. */
  openAccount(uid: 'alice' | 'ada', agent?: string): Promise<{ browser: Browser; page: Page }>
  sessionsOf(uid: 'alice' | 'ada'): Promise<{ id: string }[]>
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'

/** The API with a directory in memory, listening, since its pages are for browsers. */
export async function startSigningIn(
  t?: TestContext,
  { settings = {}, limits = {} }: { settings?: Partial<Settings>; limits?: Partial<Limits> } = {},
): Promise<SigningIn> {
  const directory = { isAway: false, tried: [] as string[] }
  const entryUuids: Record<string, string> = { newcomer: '00000000-0000-4000-8000-000000000000' }
  const api = await startTestApi(t, {
    settings,
    limits: { refusedByUsername: limiterOf(5, 900), ...limits },
    authenticate: async (username, given, beforeBind = async () => {}) => {
      if (directory.isAway) throw new Error('connect ECONNREFUSED')
      directory.tried.push(username)
      const uid = username.toLowerCase()
      const entryUuid = Object.hasOwn(entryUuids, uid) ? entryUuids[uid] : undefined
      const person = entryUuid === undefined ? null : personOf(uid, entryUuid)
      await beforeBind(person)
      return given === passwordOf(uid) ? person : null
    },
    readAdmins: async () => ({ found: true, dnKeys: [dnOf('ada')], uids: [], mailKeys: [] }),
  })
  const alice = await addMember(api, 'alice', { displayName: 'Alice <b>Ålund</b>' })
  const ada = await addMember(api, 'ada', { displayName: 'Ada', isAdmin: true })
  Object.assign(entryUuids, { alice: alice.entryUuid, ada: ada.entryUuid })
  const url = await api.server.listen({ host: '127.0.0.1', port: 0 })
  if (settings.url === undefined) Object.assign(api.context.settings, { url })

  const call: SigningIn['call'] = async (method, path, { headers = {}, body } = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      setCookies: answer.headers.getSetCookie(),
      json: () => JSON.parse(text),
      text,
    }
  }
  const ids = { alice: alice.id, ada: ada.id }
  return {
    api,
    url,
    ids,
    directory,
    call,
    signIn: async (uid, headers = {}) => {
      const body = { username: uid, password: passwordOf(uid) }
      const answer = await call('POST', '/auth/login', { body, headers })
      if (answer.status !== 200) throw new Error(`signing in was answered ${answer.status}: ${answer.text}`)
      return sessionIn(answer.setCookies, api)
    },
    openAccount: async (uid, agent = firefox) => {
      const browser = newBrowser()
      const form = await browser.open(`${url}/login`)
      const fields = { username: uid, password: passwordOf(uid) }
      const answer = await browser.submit(form, fields, { 'user-agent': agent })
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account?lang=en'])
      const page = await browser.follow(answer)
      expect(page.status).toBe(200)
      return { browser, page }
    },
    sessionsOf: (uid) =>
      api.sql('select id from session where member_id = $1 order by created_at', [ids[uid]]),
  }
}

async function sessionIn(setCookies: readonly string[], api: TestApi): Promise<Session> {
  const pairs = setCookies.map((one) => /^([^=]+)=([^;]*)/.exec(one)?.slice(1) ?? [])
  const valueOf = (ending: string) => pairs.find(([name]) => name?.endsWith(ending) === true)?.[1] ?? ''
  const [newest] = await api.sql<{ id: string }>('select id from session order by created_at desc limit 1')
  return {
    id: newest?.id ?? '',
    secret: valueOf('guildpost_session'),
    csrfToken: valueOf('guildpost_csrf'),
    cookie: pairs.map((pair) => pair.join('=')).join('; '),
  }
}

const dnOf = (uid: string) => `uid=${uid},ou=people,dc=example,dc=org`

const personOf = (uid: string, entryUuid: string): PersonEntry => ({
  entryUuid,
  version: '1',
  dn: dnOf(uid),
  dnKey: dnOf(uid),
  uid,
  displayName: uid,
  mails: [],
  gidNumber: null,
})
