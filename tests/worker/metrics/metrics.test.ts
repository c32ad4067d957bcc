import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { startHealthListener } from '../../../worker/health.ts'
import { Gauge, Registry } from 'prom-client'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { freePort } from '../../../sandbox/free-port.ts'
import { createMetrics } from '../../../worker/metrics/create-metrics.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { outboxStory } from '../deliver/_outbox.ts'

/** What a sample line of that name and those labels says; null when there is none. */
function valueOf(metrics: string, name: string, labels: Record<string, string> = {}): number | null {
  const line = metrics
    .split('\n')
    .find(
      (one) =>
        new RegExp(`^${name}[ {]`).test(one) &&
        Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)),
    )
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ') + 1))
}

it('a worker tells what it did, to whoever has the token', async (t) => {
  const world = await createWorld({}, t)
  const port = await freePort()
  const token = 'whoever-measures-may-read-0000000000'
  const { context } = await world.worker({}, { HEALTH_PORT: String(port), METRICS_TOKEN: token })
  await world.mirrored()
  await waitUntil('there are jobs', async () => ((await context.jobs.healthy()) ? true : null))
  await world.ended((await world.request('bob', 'subscribe', 'news')).id)

  const ask = (authorization?: string) =>
    fetch(
      `http://127.0.0.1:${port}/metrics`,
      authorization === undefined ? {} : { headers: { authorization } },
    )
  for (const wrong of [undefined, 'Bearer no', token]) expect((await ask(wrong)).status).toBe(401)
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)

  await expect
    .poll(async () =>
      valueOf(await (await ask(`Bearer ${token}`)).text(), 'guildpost_job_seconds_count', {
        job: 'apply',
        result: 'ok',
      }),
    )
    .toBeGreaterThan(0)
  const answer = await ask(`Bearer ${token}`)
  expect(answer.headers.get('content-type')).toContain('text/plain')
  const shown = await answer.text()
  expect(valueOf(shown, 'guildpost_changes_recorded_total', { outcome: 'applied' })).toBe(1)
  expect(valueOf(shown, 'guildpost_apply_seconds_count')).toBe(1)
  expect(valueOf(shown, 'guildpost_apply_seconds_sum')).toBeLessThan(20)
  expect(valueOf(shown, 'guildpost_apply_batch_changes_sum')).toBe(1)
  expect(valueOf(shown, 'guildpost_ldap_operation_seconds_count', { kind: 'modify', code: '0' })).toBe(1)
  expect(
    valueOf(shown, 'guildpost_ldap_operation_seconds_count', { kind: 'read', code: '0' }),
  ).toBeGreaterThan(0)
  expect(valueOf(shown, 'guildpost_db_pool_connections', { state: 'max' })).toBe(10)
  expect(valueOf(shown, 'guildpost_db_pool_wait_seconds_count')).toBeGreaterThan(0)
  expect(valueOf(shown, 'nodejs_eventloop_lag_p99_seconds')).not.toBeNull()
})

it('messages and mail are counted by where they go and what came of them', async (t) => {
  const story = await outboxStory(t)
  const { context } = await story.start({
    sendDirectMessage: async () => ({ outcome: 'refused', code: 50_007, message: 'takes no messages' }),
  })
  await story.queue(['one', 'two'])
  await rows(
    story.db,
    `insert into notice (id, kind, destination_kind, destination_id, body)
     values (:id, 'change-ended', 'member', '600000000000000001', :body)`,
    {
      id: newId(),
      body: JSON.stringify({
        content: 'Done.',
        mail: { memberId: null, to: 'bob@example.org', subject: 'Done', text: 'Done.' },
      }),
    },
  )
  await story.wake()
  await story.mail.waitForMail(({ to }) => to.includes('bob@example.org'))
  const sent = async () => {
    const shown = await context.metrics.registry.metrics()
    const of = (to: string, outcome: string) => valueOf(shown, 'guildpost_messages_total', { to, outcome })
    return [of('channel', 'sent'), of('member', 'sent'), of('member', 'refused'), of('mail', 'sent')]
  }
  await expect.poll(sent).toEqual([2, null, 1, 1])
})

it('a job that fails is counted as one that failed', async (t) => {
  const world = await createWorld({}, t)
  await rows(world.db, 'alter table audit_unsealed rename to audit_unsealed_away')
  const { context } = await world.worker()
  const runs = async (result: string) =>
    valueOf(await context.metrics.registry.metrics(), 'guildpost_job_seconds_count', {
      job: 'seal-audit',
      result,
    })
  await expect.poll(() => runs('failed')).toBeGreaterThan(0)
  expect(await runs('ok')).toBeNull()
})

it('only what was applied says how long that took', async () => {
  const metrics = createMetrics()
  const kinds = ['applied', 'failed', 'postponed', 'observed']
  metrics.changesRecorded(kinds.map((kind) => ({ changeId: newId(), kind })))
  const shown = await metrics.registry.metrics()
  expect(valueOf(shown, 'guildpost_apply_seconds_count')).toBe(1)
  expect(kinds.map((outcome) => valueOf(shown, 'guildpost_changes_recorded_total', { outcome }))).toEqual([
    1, 1, 1, 1,
  ])
})

it('without a token whoever reaches the listener may read', async (t) => {
  const world = await createWorld({}, t)
  const port = await freePort()
  await world.worker({}, { HEALTH_PORT: String(port) })
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200)
})

it('a port that is taken is named by its variable', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  const port = await freePort()
  const first = await startHealthListener(port, context)
  cleanUpAfter(t, () => first.close())
  const again = { ...context, metrics: createMetrics() }
  await expect(startHealthListener(port, again)).rejects.toThrow(/HEALTH_PORT \d+: .*EADDRINUSE/)
})

it('an operation that the directory refuses, or does not answer, is counted with its code', async (t) => {
  const world = await createWorld({}, t)
  const metrics = createMetrics()
  const worker = await world.worker({ metrics })
  await world.mirrored()
  const nowhere = `cn=nowhere,${world.directory.listsBase}`
  await expect(
    worker.context.directory.modifyMembers(nowhere, {
      add: [world.directory.memberValue('bob')],
      remove: [],
      version: '',
    }),
  ).rejects.toThrow('32')
  const shown = await metrics.registry.metrics()
  expect(valueOf(shown, 'guildpost_ldap_operation_seconds_count', { kind: 'modify', code: '32' })).toBe(1)
})

it('how late the mirror is comes from the version of what changed', async () => {
  const metrics = createMetrics()
  const twoSecondsAgo = new Date(Date.now() - 2000)
    .toISOString()
    .replaceAll(/[-:T]/g, '')
    .replace('Z', '000Z')
  metrics.mirrored([`${twoSecondsAgo}#000000#000#000000`, null, '7', '20261121080000Z'])
  const shown = await metrics.registry.metrics()
  expect(valueOf(shown, 'guildpost_sync_lag_seconds_count')).toBe(1)
  expect(valueOf(shown, 'guildpost_sync_lag_seconds_sum')).toBeCloseTo(2, 0)
})

it('measurements that fail are an answer too, and who asks is not kept waiting by a database that hangs', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  const port = await freePort()
  const failing = new Registry()
  const listener = await startHealthListener(port, {
    ...context,
    metrics: { ...context.metrics, registry: failing },
  })
  failing.registerMetric(
    new Gauge({
      name: 'broken',
      help: 'fails',
      registers: [],
      collect: () => {
        throw new Error('nothing to measure')
      },
    }),
  )
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  expect((await ask('/metrics')).status).toBe(500)
  expect((await ask('/readyz')).status).toBe(200)
  const busy = Array.from({ length: 10 }, () => rows(context.db, 'select pg_sleep(6)'))
  expect((await ask('/readyz')).status).toBe(503)
  // Whoever never ends what they ask does not keep the worker from stopping.
  const kept = connect(port, '127.0.0.1')
  kept.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /healthz')
  await once(kept, 'data')
  const awake = Promise.allSettled(busy)
  expect(await Promise.race([listener.close().then(() => 'closed'), awake])).toBe('closed')
  kept.destroy()
  await awake
})
