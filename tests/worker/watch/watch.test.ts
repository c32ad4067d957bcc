import { Redis } from 'ioredis'
import { expect, it, type TestContext } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { endAlerts, endIncident } from '../../../domain/store/incidents/end-alerts.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { freePort } from '../../../sandbox/free-port.ts'
import { wordIncident } from '../../../texts/incident-alert.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { startTestMailSink, startTestRedis } from '../../_support/servers.ts'
import { startTcpProxy } from '../../_support/tcp-proxy.ts'
import { somebodyWaits, createWorld, waitUntil } from '../../_support/world.ts'

const { token } = discordNames
const channelId = '400000000000000002'

/** Workers that reach Postgres through something that can be cut, with a Redis and a directory of their own. */
async function watched(t: TestContext) {
  const [world, redis, mail] = await Promise.all([
    createWorld({}, t),
    startTestRedis(t),
    startTestMailSink(t),
  ])
  const real = new URL(world.databaseUrl)
  const nowhere = await freePort()
  let isCut = false
  const proxy = await startTcpProxy(() => (isCut ? nowhere : Number(real.port)), t)
  const url = new URL(world.databaseUrl)
  url.host = `127.0.0.1:${proxy.port}`
  const discord = await startTestDiscord({ channels: [{ id: channelId, name: 'alerts' }] }, t)
  const looks = new Map<Worker, number>()
  return {
    ...world,
    redis,
    mail,
    discord,
    worker: async (environment: Record<string, string> = {}) => {
      const worker = await world.worker(
        {},
        {
          DATABASE_URL: url.href,
          REDIS_URL: redis.url,
          SMTP_URL: mail.url,
          DISCORD_TOKEN: token,
          DISCORD_API_URL: discord.url,
          DISCORD_ALERT_CHANNEL_ID: channelId,
          ALERT_AFTER_S: '1',
          ...environment,
        },
      )
      // Each look asks once what time the directory has.
      const { directory } = worker.context
      const { readClock } = directory
      directory.readClock = () => {
        looks.set(worker, (looks.get(worker) ?? 0) + 1)
        return readClock()
      }
      return worker
    },
    /** Until every worker that runs has begun to look so many times more: by itself it looks three times, and begins once more. */
    afterwards: async (times = 4) => {
      const before = new Map(looks)
      const running = [...before.keys()].filter(({ context }) => !context.stopping.aborted)
      await waitUntil('every worker has looked again', async () =>
        running.every((worker) => (looks.get(worker) ?? 0) >= (before.get(worker) ?? 0) + times)
          ? true
          : null,
      )
    },
    cutPostgres: () => {
      isCut = true
      proxy.cut()
    },
    mendPostgres: () => {
      isCut = false
    },
    /** The messages about something; a busy machine may be in other trouble too. */
    messages: (about = '') =>
      discord
        .messagesIn(channelId)
        .map(({ content }) => content)
        .filter((content) => content.includes(about)),
  }
}

type Watched = Awaited<ReturnType<typeof watched>>

const says = (world: Watched, text: string | RegExp) =>
  waitUntil(`the channel says ${String(text)}`, async () => {
    const found = world.messages().find((content) => content.match(text) !== null)
    return found ?? null
  })

it('one message of two workers while Redis is away, marked resolved when it is back', async (t) => {
  const world = await watched(t)
  await Promise.all([world.worker(), world.worker()])
  await world.mirrored()
  await world.redis.stop()
  const told = await says(world, 'Redis does not answer')
  expect(told).toMatch(/has not answered since <t:\d+:T>: .*\nSee whether Redis runs/s)
  await world.afterwards()
  await world.redis.restart()
  await says(world, /^✅ \*\*Redis does not answer\*\*: resolved after (1 second|\d+ seconds)$/m)
  await world.afterwards()
  expect(world.messages('Redis')).toEqual([expect.stringContaining('✅ **Redis')])
})

it('what another worker ends in the moment in which this one tells of it does not begin anew', async (t) => {
  const world = await watched(t)
  await world.worker()
  await world.mirrored()
  await rows(
    world.db,
    `insert into incident (id, key, kind, actions, words, began_at, last_at)
     values (:id, 'redis-away', 'redis-away', '{}', '{"content":"x","subject":"x","text":"x"}', now(), now())`,
    { id: newId() },
  )
  const isEnding = Promise.withResolvers<void>()
  const commits = Promise.withResolvers<void>()
  const ending = world.db.transaction(async (tx) => {
    const [incident] = await rows<{ id: string }>(
      tx,
      `select id from incident where key = 'redis-away' for update`,
    )
    await endIncident(tx, incident?.id ?? '', 'over')
    isEnding.resolve()
    await commits.promise
  })
  await isEnding.promise
  await world.redis.stop()
  await somebodyWaits(world)
  commits.resolve()
  await ending
  await world.redis.restart()
  await world.afterwards()
  expect(await rows(world.db, `select state from incident where key = 'redis-away'`)).toEqual([
    { state: 'resolved' },
  ])
})

it('one message while Redis is nearly full, marked resolved when it has room again', async (t) => {
  const world = await watched(t)
  await world.worker()
  await world.mirrored()
  const filler = new Redis(world.redis.url)
  cleanUpAfter(t, () => filler.disconnect())
  const keys = Array.from({ length: 22 }, (_, number) => `dev:filler:${number}`)
  // Of the 256 MB that it may have.
  for (const key of keys) await filler.set(key, Buffer.alloc(10_000_000))
  expect(await says(world, 'Redis is nearly full')).toMatch(/uses 2[12]\d of the 256 MB/)
  await filler.del(keys)
  await says(world, /^✅ \*\*Redis is nearly full/)
  expect(world.messages('Redis is nearly full')).toHaveLength(1)
})

it('one message while the directory is frozen', async (t) => {
  const world = await watched(t)
  await Promise.all([world.worker(), world.worker()])
  await world.mirrored()
  world.directory.pause()
  await says(world, 'The directory does not answer')
  world.directory.resume()
  await says(world, /^✅ \*\*The directory does not answer/)
  await world.afterwards()
  expect(world.messages('The directory does not answer')).toHaveLength(1)
})

it('nothing is said of what is back soon', async (t) => {
  const world = await watched(t)
  await world.worker({ ALERT_AFTER_S: '4' })
  await world.mirrored()
  await world.redis.stop()
  await world.afterwards(1)
  await world.redis.restart()
  // Three times a third of the patience, and more.
  await world.afterwards()
  expect(world.messages('Redis')).toEqual([])
})

it('without Postgres the channel is told straight away, by one of two workers; the same message says the end', async (t) => {
  const world = await watched(t)
  await Promise.all([world.worker(), world.worker()])
  await world.mirrored()
  world.cutPostgres()
  await says(world, /^⚠️ \*\*Postgres does not answer/)
  await world.afterwards()
  expect(world.messages('Postgres does not answer')).toHaveLength(1)
  world.mendPostgres()
  await says(world, /^✅ \*\*Postgres does not answer\*\*: resolved after (1 second|\d+ seconds)$/m)
  await world.afterwards()
  expect(world.messages('Postgres does not answer')).toEqual([expect.stringContaining('✅')])
  expect(
    await rows(world.db, `select key, state, outcome from incident where key = 'postgres-away'`),
  ).toEqual([{ key: 'postgres-away', state: 'resolved', outcome: 'over' }])
  // And when it happens again, that is another message.
  world.cutPostgres()
  await waitUntil('there is another message', async () =>
    world.messages('Postgres does not answer').length === 2 ? true : null,
  )
  world.mendPostgres()
  await waitUntil('both are over', async () =>
    world.messages('Postgres does not answer').every((content) => content.startsWith('✅')) ? true : null,
  )
})

it('what a worker said without Postgres that is gone since, another one puts on record; the same message says the end', async (t) => {
  const world = await watched(t)
  const one = await world.worker()
  await world.mirrored()
  world.cutPostgres()
  await says(world, /^⚠️ \*\*Postgres does not answer/)
  await one.stop()
  world.mendPostgres()
  await world.worker()
  await says(world, /^✅ \*\*Postgres does not answer/)
  expect(world.messages('Postgres does not answer')).toHaveLength(1)
  expect(await rows(world.db, `select state, outcome from incident where key = 'postgres-away'`)).toEqual([
    { state: 'resolved', outcome: 'over' },
  ])
})

it('what was said without Postgres and lasts is the same incident with it', async (t) => {
  const world = await watched(t)
  await world.worker()
  await world.mirrored()
  world.cutPostgres()
  await says(world, 'Postgres does not answer')
  await world.directory.stop()
  await says(world, 'The directory does not answer')
  world.mendPostgres()
  await says(world, /^✅ \*\*Postgres/)
  await waitUntil('it is on record', async () => {
    const [one] = await rows(
      world.db,
      `select 1 from incident where key = 'directory-away' and state = 'open'`,
    )
    return one ?? null
  })
  await world.directory.restart()
  await says(world, /^✅ \*\*The directory/)
  await world.afterwards()
  expect(world.messages('Postgres does not answer')).toHaveLength(1)
  expect(world.messages('The directory')).toHaveLength(1)
})

/** Redis was away, which was told; it is back, and Postgres is away. */
async function redisIsBackWithoutPostgres(world: Watched): Promise<void> {
  await world.redis.stop()
  await says(world, 'Redis does not answer')
  world.cutPostgres()
  await says(world, 'Postgres does not answer')
  await world.redis.restart()
  await world.afterwards()
}

it('what is over while Postgres is away is marked resolved once that is back', async (t) => {
  const world = await watched(t)
  await world.worker()
  await world.mirrored()
  await redisIsBackWithoutPostgres(world)
  world.mendPostgres()
  await says(world, /^✅ \*\*Redis does not answer/)
  expect(world.messages('Redis does not answer')).toHaveLength(1)
})

it('a worker that starts while trouble lasts says since when it really does', async (t) => {
  const world = await watched(t)
  const one = await world.worker()
  await world.mirrored()
  await world.redis.stop()
  await says(world, 'Redis does not answer')
  await one.stop()
  await rows(world.db, `update incident set began_at = now() - interval '1 hour' where key = 'redis-away'`)
  await world.worker()
  const hourAgo = Math.round(Date.now() / 1000) - 3600
  const since = await waitUntil('it was said again', async () => {
    const [told] = await rows<{ count: number; content: string }>(
      world.db,
      `select count, words ->> 'content' as content from incident where key = 'redis-away'`,
    )
    return told && told.count > 1 ? Number(/since <t:(\d+):T>/.exec(told.content)?.[1]) : null
  })
  expect(Math.abs(since - hourAgo)).toBeLessThan(120)
})

it('what another worker has told of since is not over because what this one told of is', async (t) => {
  const world = await watched(t)
  const { context } = await world.worker()
  await world.mirrored()
  await redisIsBackWithoutPostgres(world)
  // As another worker does, which alone has lost Redis again.
  const other = { db: world.db, alertTo: context.alertTo, log: context.log }
  await endAlerts(other, ['redis-away'])
  await raiseAlert(other, {
    key: 'redis-away',
    kind: 'redis-away',
    content: 'again',
    subject: 'again',
    text: 'again',
  })
  world.mendPostgres()
  await says(world, /^✅ \*\*Postgres does not answer/)
  await world.afterwards()
  expect(
    await rows(
      world.db,
      `select words ->> 'content' as content from incident where key = 'redis-away' and state = 'open'`,
    ),
  ).toEqual([{ content: 'again' }])
})

it('without Postgres and Redis at most one message a worker', async (t) => {
  const world = await watched(t)
  await Promise.all([world.worker(), world.worker()])
  await world.mirrored()
  await world.redis.stop()
  world.cutPostgres()
  await says(world, 'Postgres does not answer')
  await world.afterwards()
  expect(world.messages('Postgres does not answer').length).toBeLessThanOrEqual(2)
  await world.redis.restart()
  world.mendPostgres()
  await waitUntil('all is over', async () =>
    world.messages().every((content) => content.startsWith('✅')) ? true : null,
  )
})

it('without Postgres and a channel it is told by mail', async (t) => {
  const world = await watched(t)
  await world.worker({ DISCORD_ALERT_CHANNEL_ID: '', ALERT_MAIL_TO: 'ops@example.org' })
  await world.mirrored()
  world.cutPostgres()
  const mail = await world.mail.waitForMail((one) => one.to.includes('ops@example.org'))
  expect(mail.subject).toBe('Postgres does not answer')
  world.mendPostgres()
  await waitUntil('it is on record', async () => {
    const [one] = await rows(
      world.db,
      `select 1 from incident where key = 'postgres-away' and state = 'resolved'`,
    )
    return one ?? null
  })
  await world.afterwards()
  expect(world.mail.messages.map(({ subject }) => subject)).toEqual(['Postgres does not answer'])
})

it('changes that wait for more than five minutes', async (t) => {
  const world = await watched(t)
  await world.worker()
  await world.mirrored()
  // It was tried again and again, and another worker, which is slow, has the list in hand.
  await rows(
    world.db,
    `with slow as (
       update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where name = 'chess' returning id)
     insert into change (id, list_id, member_id, action, state, via, due_at, wanted_since)
     select :id, slow.id, m.id, 'subscribe', 'queued', 'api', now() + interval '1 minute', now() - interval '6 minutes'
     from slow, member m where m.uid = 'bob'`,
    { id: newId() },
  )
  expect(await says(world, 'Changes wait too long')).toMatch(/1 change is due, the oldest since <t:\d+:T>/)
  await rows(
    world.db,
    `update change set state = 'cancelled', ended_at = now(), reason_code = 'CANCELLED', reason_message = 'x' where state = 'queued'`,
  )
  await says(world, /^✅ \*\*Changes wait too long/)
  expect(world.messages('Changes wait')).toHaveLength(1)
})

it('mail that was given up, without the address', async (t) => {
  const world = await watched(t)
  await world.worker()
  await rows(
    world.db,
    `insert into mail (id, kind, to_address, subject, text_body, state, error, ended_at)
     values (:id, 'link.code', 'bob@example.org', 's', 't', 'failed', '550 <bob@example.org>: no such user', now())`,
    { id: newId() },
  )
  const told = await says(world, 'Mail does not get out')
  expect(told).toContain('1 mail could not be sent')
  expect(told).toContain('no such user')
  expect(told).not.toContain('bob')
})

it('mail that waits for a server that is away, all of it, until the server is back', async (t) => {
  const world = await watched(t)
  await world.mail.goAway()
  await world.worker()
  for (const name of ['bob', 'carol', 'dave'])
    await rows(
      world.db,
      `insert into mail (id, kind, to_address, subject, text_body, created_at)
       values (:id, 'change-ended', :address, 's', 't', now() - interval '6 minutes')`,
      { id: newId(), address: `${name}@example.org` },
    )
  const told = await says(world, '3 mails could not be sent')
  expect(told).toContain('ECONNREFUSED')
  await world.mail.comeBack()
  // Its pause is over.
  await rows(world.db, `update destination set resume_at = now() where kind = 'mail'`)
  await says(world, /^✅ \*\*Mail does not get out/)
  expect(world.mail.messages).toHaveLength(3)
})

it('messages that do not get out, by mail as well', async (t) => {
  const world = await watched(t)
  await world.worker({ ALERT_MAIL_TO: 'ops@example.org' })
  await rows(
    world.db,
    `insert into notice (id, kind, destination_kind, destination_id, body, attempts, error, created_at, due_at)
     values (:id, 'change-ended', 'member', '600000000000000001', '{"content":"x"}', 4, 'rate limited',
       now() - interval '6 minutes', now() + interval '1 hour')`,
    { id: newId() },
  )
  const mail = await world.mail.waitForMail((one) => one.to.includes('ops@example.org'))
  expect(mail.subject).toBe('Messages to Discord do not get out')
  await says(world, 'rate limited')
})

it('a channel that takes nothing, which the message elsewhere opens', async (t) => {
  const world = await watched(t)
  const refused = '400000000000000009'
  await rows(world.db, `update installation set guild_id = '300000000000000001'`)
  await world.worker()
  await rows(
    world.db,
    `insert into notice (id, kind, destination_kind, destination_id, body, attempts, error, created_at, due_at)
     values (:id, 'change-ended', 'channel', :refused, '{"content":"x"}', 4, 'Missing Access', now() - interval '6 minutes', now() + interval '1 hour')`,
    { id: newId(), refused },
  )
  await says(world, 'Missing Access')
  const message = world.discord
    .messagesIn(channelId)
    .find(({ content }) => content.includes('Missing Access'))
  expect(message?.components).toMatchObject([
    {
      components: [
        { label: 'Acknowledge' },
        { label: 'Open', url: `https://discord.com/channels/300000000000000001/${refused}` },
      ],
    },
  ])
})

it('a worker all of whose connections are in use', async (t) => {
  const world = await watched(t)
  const worker = await world.worker({ DATABASE_POOL_MAX: '3' })
  await world.mirrored()
  const busy = Array.from({ length: 6 }, () => rows(worker.context.db, 'select pg_sleep(5)'))
  const told = await says(world, 'Every connection to Postgres is in use')
  expect(told).toMatch(/The worker uses all of its 3 connections/)
  await Promise.allSettled(busy)
  await says(world, /^✅ \*\*Every connection/)
  expect(world.messages('Every connection')).toHaveLength(1)
})

it('a channel that refuses everything: one incident, one mail, over once messages get out again', async (t) => {
  const world = await watched(t)
  const mailed = () => world.mail.messages.map(({ subject }) => subject)
  const environment = { ALERT_MAIL_TO: 'ops@example.org' }
  const worker = await world.worker({ ...environment, DISCORD_ALERT_CHANNEL_ID: '400000000000000009' })
  const on = { ...worker.context, db: world.db }
  // Of a key that no read of the worker's own ends.
  const about = { key: 'a read', kind: 'read-incomplete' as const }
  await raiseAlert(on, { ...about, ...wordIncident('read-incomplete', { problem: 'a size limit' }) })
  await world.mail.waitForMail((one) => one.subject === 'The directory was not read completely')
  await world.mail.waitForMail((one) => one.subject === 'Messages to Discord do not get out')
  const undeliverable = () =>
    rows<{ state: string }>(world.db, `select state from incident where kind = 'discord-undeliverable'`)
  const refused = () =>
    rows(
      world.db,
      `select 1 from notice n join incident i on i.id = n.incident_id
       where i.kind = 'discord-undeliverable' and n.error is not null`,
    )
  await waitUntil('its own message was refused too', async () => (await refused())[0] ?? null)
  // What was refused lies long back, and its end can't be told either.
  await rows(world.db, `update notice set ended_at = ended_at - interval '20 minutes' where state = 'failed'`)
  await world.afterwards()
  expect(await undeliverable()).toEqual([{ state: 'open' }])
  await endAlerts(on, ['a read'])
  await world.afterwards()
  expect(await undeliverable()).toEqual([{ state: 'open' }])
  expect(mailed().toSorted()).toEqual([
    'Messages to Discord do not get out',
    'The directory was not read completely',
  ])

  await worker.stop()
  await rows(world.db, `update notice set due_at = now(), lease_token = null where state = 'queued'`)
  await rows(world.db, `update notice set ended_at = ended_at - interval '20 minutes' where state = 'failed'`)
  await world.worker(environment)
  await says(world, /^✅ \*\*Messages to Discord/)
  await world.afterwards()
  expect(await undeliverable()).toEqual([{ state: 'resolved' }])
})

it('without Postgres it is told in the channel and by mail where both are set', async (t) => {
  const world = await watched(t)
  await world.worker({ ALERT_MAIL_TO: 'ops@example.org' })
  await world.mirrored()
  world.cutPostgres()
  await says(world, 'Postgres does not answer')
  const mail = await world.mail.waitForMail((one) => one.to.includes('ops@example.org'))
  expect(mail.subject).toBe('Postgres does not answer')
  world.mendPostgres()
  await says(world, /^✅ \*\*Postgres/)
})
