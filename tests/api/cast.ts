import pg from 'pg'
import { newApiToken } from '../../domain/rules/api-token.ts'
import { newId } from '../../domain/store/new-id.ts'
import { hashOf } from '../../domain/rules/secret-hash.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import {
  addLink,
  addList,
  addMember,
  markMirrorRead,
  metricsToken,
  serviceToken,
  startTestApi,
  type TestApi,
} from './api-server.ts'

export type Headers = Record<string, string>

/** One of each kind of caller, and something of everything that they can ask for. */
export type Cast = {
  api: TestApi
  /** The headers by which each of them comes in. */
  as: Record<CallerName, Headers>
  /** Values for the parameters of paths that lead to something. */
  known: Record<string, string>
  /** Puts everything back as it was, except the audit, which can't be. */
  restore: () => Promise<void>
}

export const callerNames = [
  'nobody',
  'unlinked account',
  'service token alone',
  'member by the bot',
  'member in the browser',
  'member by token',
  'member in the browser without the CSRF token',
  'owner of another list by the bot',
  'owner of another list in the browser',
  'owner by the bot',
  'owner in the browser',
  'admin by the bot',
  'admin linked by mail by the bot',
  'admin in the browser',
  'admin by token',
  'owner by the token of when they were an admin',
  'gone member by the bot',
  'gone member in the browser',
  'revoked token of an admin',
  'expired token of an admin',
  'token without the scope',
  'metrics token',
] as const
export type CallerName = (typeof callerNames)[number]

const accounts = {
  unlinked: '100000000000000001',
  max: '100000000000000002',
  otto: '100000000000000003',
  olga: '100000000000000004',
  ada: '100000000000000005',
  mia: '100000000000000006',
  gus: '100000000000000007',
}
const password = 'everybody-has-this-one'
const dnOf = (uid: string) => `uid=${uid},ou=people,dc=example,dc=org`

const byBot = (account: string) => ({ authorization: `Bearer ${serviceToken}`, 'x-discord-user': account })

export async function gatherCast(): Promise<Cast> {
  const people = new Map<string, { id: string; entryUuid: string }>()
  const api = await startTestApi(undefined, {
    authenticate: async (username, given) => {
      const person = people.get(username)
      if (given !== password || !person) return null
      const { entryUuid } = person
      const dn = dnOf(username)
      return {
        entryUuid,
        version: '1',
        dn,
        dnKey: dn,
        uid: username,
        displayName: username,
        mails: [],
        gidNumber: null,
      }
    },
    readAdmins: async () => ({ found: true, dnKeys: ['ada', 'mia'].map(dnOf), uids: [], mailKeys: [] }),
  })
  for (const uid of ['max', 'otto', 'olga', 'ada', 'mia', 'gus'] as const) {
    const person = await addMember(api, uid, { isAdmin: uid === 'ada' || uid === 'mia' })
    people.set(uid, person)
    await addLink(api, accounts[uid], person.id)
  }
  const idOf = (uid: string) => people.get(uid)?.id ?? ''
  await api.sql(`update member set admin_in_directory = is_admin`)
  await api.sql(`update discord_link set method = 'mail' where discord_user_id = $1`, [accounts.mia])
  const owned = await addList(api, 'owned', { join: 'approval', members: [idOf('max')] })
  const other = await addList(api, 'other')
  await api.sql(`update list set owner_keys = array[$2] where id = $1`, [owned, dnOf('olga')])
  await api.sql('insert into list_owner (list_id, member_id) values ($1, $2)', [other, idOf('otto')])
  const changeId = newId()
  await api.sql(
    `insert into change (id, list_id, member_id, action, state, requested_by, via)
     values ($1, $2, $3, 'unsubscribe', 'awaiting_approval', $3, 'api')`,
    [changeId, owned, idOf('max')],
  )
  await markMirrorRead(api)

  const token = async (uid: string, scopes: string[], more: 'revoked' | 'expired' | null = null) => {
    const secret = newApiToken()
    await api.sql(
      `insert into api_token (id, token_hash, member_id, name, scopes, expires_at, revoked_at)
       values ($1, $2, $3, 'a token', $4, now() + make_interval(days => $5), $6)`,
      [
        newId(),
        hashOf(secret),
        idOf(uid),
        scopes,
        more === 'expired' ? -1 : 1,
        more === 'revoked' ? new Date() : null,
      ],
    )
    return { authorization: `Bearer ${secret}` }
  }
  const session = async (uid: string) => {
    const answer = await api.server.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      payload: { username: uid, password },
    })
    const cookies = new Map(answer.cookies.map(({ name, value }) => [name, value]))
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return { cookie, 'x-csrf-token': cookies.get('guildpost_csrf') ?? '' }
  }
  const inBrowser = await session('max')
  const cast: Record<CallerName, Headers> = {
    nobody: {},
    'unlinked account': byBot(accounts.unlinked),
    'service token alone': { authorization: `Bearer ${serviceToken}` },
    'member by the bot': byBot(accounts.max),
    'member in the browser': inBrowser,
    'member by token': await token('max', ['read', 'subscriptions']),
    'member in the browser without the CSRF token': { cookie: inBrowser.cookie },
    'owner of another list by the bot': byBot(accounts.otto),
    'owner of another list in the browser': await session('otto'),
    'owner by the bot': byBot(accounts.olga),
    'owner in the browser': await session('olga'),
    'admin by the bot': byBot(accounts.ada),
    'admin linked by mail by the bot': byBot(accounts.mia),
    'admin in the browser': await session('ada'),
    'admin by token': await token('ada', ['read', 'subscriptions', 'notices', 'admin']),
    'owner by the token of when they were an admin': await token('olga', ['read', 'subscriptions', 'admin']),
    'gone member by the bot': byBot(accounts.gus),
    'gone member in the browser': await session('gus'),
    'revoked token of an admin': await token('ada', ['read', 'subscriptions', 'notices', 'admin'], 'revoked'),
    'expired token of an admin': await token('ada', ['read', 'subscriptions', 'notices', 'admin'], 'expired'),
    'token without the scope': await token('ada', ['notices']),
    'metrics token': { authorization: `Bearer ${metricsToken}` },
  }
  await api.sql(`update member set state = 'gone', gone_at = now() where uid = 'gus'`)
  const known = { name: 'owned', id: changeId, uid: 'max', account: accounts.max }
  return { api, as: cast, known, restore: await rememberTables(api) }
}

/** What is there now, table by table; the function that it gives puts all of that back. */
async function rememberTables(api: TestApi): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: api.databaseUrl })
  await client.connect()
  cleanUpAfter(undefined, () => client.end())
  // References are not looked at while rows come and go.
  await client.query(`set session_replication_role = replica`)
  const { rows: tables } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
       and table_name not like 'audit%' and table_name not in ('schema_migration', 'sync_run', 'lane', 'turn', 'installation')`,
  )
  const kept: { name: string; json: string }[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ json: string }>(
      `select coalesce(jsonb_agg(t), '[]')::text as json from "${name}" t`,
    )
    kept.push({ name, json: rows[0]?.json ?? '[]' })
  }
  const statements = kept.map(
    ({ name, json }) =>
      `delete from "${name}"; insert into "${name}" select * from jsonb_populate_recordset(null::"${name}", ${literal(json)});`,
  )
  const text = `begin; set local synchronous_commit = off; ${statements.join(' ')} commit;`
  return async () => void (await client.query(text))
}

const literal = (json: string) => `'${json.replaceAll("'", "''")}'`
