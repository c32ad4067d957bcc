import type { LightMyRequestResponse } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { TestContext } from 'vitest'
import { createLog } from '../../adapters/log/create-log.ts'
import { createProcessMetrics } from '../../adapters/metrics/process-metrics.ts'
import { type ChangeWaiters, createChangeWaiters } from '../../api/change-waiters.ts'
import type { Context, Limiter, Limits, PersonDirectory, Settings } from '../../api/context.ts'
import type { Server } from '../../api/plugins/typed-server.ts'
import type { AddressLimit } from '../../api/plugins/limit-addresses.ts'
import { buildServer, type ServerOptions } from '../../api/server.ts'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { openDatabase } from '../../domain/store/database.ts'
import { listen } from '../../domain/store/listen.ts'
import { newId } from '../../domain/store/new-id.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase, keepSql, type Sql } from '../_support/servers.ts'

export const serviceToken = 'the-bot-may-act-for-its-members-0001'
export const nextServiceToken = 'the-bot-may-act-for-its-members-0002'
export const metricsToken = 'whoever-measures-may-read'

export type TestApi = {
  server: Server
  context: Context
  databaseUrl: string
  changeWaiters: ChangeWaiters
  /** Everything that was logged, a line each. */
  log: string[]
  sql: Sql
  /** A call by the bot for a Discord account. */
  as(discordUserId: string): Caller
}

export type Answer = {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  json: LightMyRequestResponse['json']
  text: string
}

export type Caller = (
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

type Overrides = {
  settings?: Partial<Settings>
  limits?: Partial<Limits>
  authenticate?: PersonDirectory['authenticate']
  readAdmins?: PersonDirectory['readAdmins']
  probes?: Partial<Context['probes']>
  server?: ServerOptions
}

/** Tests ask a lot from one address. */
const unlimited: AddressLimit = { perMinute: 1_000_000_000, remembered: 1000 }

const up = async () => true

/** The API on a database of its own, its directory and limits in memory. */
export async function startTestApi(t?: TestContext, overrides: Overrides = {}): Promise<TestApi> {
  const { url: databaseUrl } = await createTestDatabase(t)
  const sql = keepSql(databaseUrl, t)
  const log: string[] = []
  const destination = { write: (line: string) => void log.push(line) }
  const logger = createLog({ name: 'api', level: 'debug', destination })
  const db = openDatabase(databaseUrl, { poolMax: 10 })
  const changeWaiters = createChangeWaiters()
  const listener = listen(
    databaseUrl,
    ['change_ended', 'change_observed'],
    (_channel, id) => changeWaiters.wake(id),
    { onReconnect: () => changeWaiters.wakeAll(), log: logger },
  )
  const context: Context = {
    settings: {
      workflowChannelId: null,
      githubWebhookSecret: null,
      alertmanagerToken: null,
      url: 'http://127.0.0.1:8080',
      serviceTokens: [serviceToken, nextServiceToken],
      metricsToken,
      trustedProxies: [],
      corsOrigins: [],
      mirrorMaxAgeS: 360,
      sessionDays: 14,
      siteTimeZone: 'UTC',
      adminGid: null,
      removalLimit: { percent: 20, count: 5 },
      auditSigningKey: null,
      alertTo: { channelId: null, mailTo: null },
      listsHoldDescription: true,
      ...overrides.settings,
    },
    log: logger,
    metrics: createProcessMetrics(),
    db,
    directory: {
      authenticate: overrides.authenticate ?? (async () => null),
      readAdmins: overrides.readAdmins ?? (async () => ({ found: true, dnKeys: [], uids: [], mailKeys: [] })),
    },
    limits: {
      changes: limiterOf(1000),
      linkBegins: limiterOf(1000),
      linkMails: limiterOf(1000),
      linkMailsOfDay: limiterOf(1000),
      linkMailsToPerson: limiterOf(1000),
      refusedByAddress: limiterOf(1000),
      refusedByUsername: limiterOf(5),
      refusedByPerson: limiterOf(5),
      refusedByAttempt: limiterOf(1000),
      untriedEntries: limiterOf(1),
      notices: limiterOf(1000),
      ...overrides.limits,
    },
    refusalFloor: async () => {},
    changeWaiters,
    isInstalled: () => true,
    probes: { jobs: up, redis: up, ldap: up, ...overrides.probes },
    close: async () => {
      await listener.close()
      await db.destroy()
    },
  }
  await listener.ready
  const server = await buildServer(context, { addressLimit: unlimited, ...overrides.server })
  await server.ready()
  cleanUpAfter(t, async () => {
    await server.close()
    await context.close()
  })
  return {
    server,
    context,
    databaseUrl,
    changeWaiters,
    log,
    sql,
    as: (discordUserId) => async (method, path, body, headers) => {
      const answer = await server.inject({
        method,
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': discordUserId, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return {
        status: answer.statusCode,
        headers: answer.headers,
        json: answer.json.bind(answer),
        text: answer.body,
      }
    },
  }
}

/** A limit in memory, as adapters/redis keeps it for all processes. */
export function limiterOf(points: number, windowS = 600): Limiter {
  const limiter = new RateLimiterMemory({ points, duration: windowS })
  const allowanceOf = (state: RateLimiterRes | null) => ({
    limit: points,
    remaining: Math.max(0, points - (state?.consumedPoints ?? 0)),
    resetAfterS: Math.ceil((state?.msBeforeNext ?? 0) / 1000),
  })
  return {
    consume: async (key) => {
      try {
        return allowanceOf(await limiter.consume(key))
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw cause
        throw new Refusal('TOO_MANY_REQUESTS', 'Too many.', {
          retryAfterS: Math.ceil(cause.msBeforeNext / 1000),
        })
      }
    },
    peek: async (key) => allowanceOf(await limiter.get(key)),
    refund: async (key) => void (await limiter.reward(key)),
  }
}

/** A member in the mirror; gives their id. */
export async function addMember(
  api: TestApi,
  uid: string,
  more: { displayName?: string; isAdmin?: boolean; gone?: boolean; mails?: string[] } = {},
): Promise<{ id: string; entryUuid: string }> {
  const id = newId()
  const entryUuid = newId()
  const dn = `uid=${uid},ou=people,dc=example,dc=org`
  const mails = more.mails ?? [`${uid}@example.org`]
  await api.sql(
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, is_admin, state, gone_at)
     values ($1, $2, '1', $3, $3, $4, $5, $6, $6, $7, $8, $9)`,
    [
      id,
      entryUuid,
      dn,
      uid,
      more.displayName ?? uid,
      mails,
      more.isAdmin ?? false,
      more.gone === true ? 'gone' : 'present',
      more.gone === true ? new Date() : null,
    ],
  )
  return { id, entryUuid }
}

export async function addLink(api: TestApi, discordUserId: string, memberId: string): Promise<string> {
  const id = newId()
  await api.sql('insert into discord_link (id, discord_user_id, member_id) values ($1, $2, $3)', [
    id,
    discordUserId,
    memberId,
  ])
  return id
}

/** A list in the mirror; gives its id. */
export async function addList(
  api: TestApi,
  name: string,
  more: { join?: 'open' | 'approval' | 'closed'; hidden?: boolean; members?: string[] } = {},
): Promise<string> {
  const id = newId()
  await api.sql(
    `insert into list (id, entry_uuid, version, dn, name, display_name, description, join_policy, hidden, lane)
     values ($1, $2, '1', $3, $4, $4, '', $5, $6, 0)`,
    [id, newId(), `cn=${name},ou=lists,dc=example,dc=org`, name, more.join ?? 'open', more.hidden ?? false],
  )
  for (const memberId of more.members ?? [])
    await api.sql('insert into membership (list_id, member_id) values ($1, $2)', [id, memberId])
  return id
}

/** As after a full read of the directory just now. */
export async function markMirrorRead(api: TestApi): Promise<void> {
  await api.sql(
    `insert into sync_run (id, mode, state, started_at, ended_at) values ($1, 'full', 'done', now(), now())`,
    [newId()],
  )
}

/** What a worker does when the directory has taken a change. */
export async function endChange(
  api: TestApi,
  changeId: string,
  { notify = true }: { notify?: boolean } = {},
): Promise<void> {
  await api.sql(
    `update change set state = 'applied', proof_version = '2', proof_how = 'modified', ended_at = now() where id = $1`,
    [changeId],
  )
  if (notify) await api.sql(`select pg_notify('change_ended', $1)`, [changeId])
}

/** For answers that came in any order. */
export const statusesOf = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b)
