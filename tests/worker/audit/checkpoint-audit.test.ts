import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { AuditCheckpoint } from '../../../domain/contracts/audit.ts'
import { isSignedBy, publicKeyOf } from '../../../domain/rules/audit-checkpoint.ts'
import { rows } from '../../../domain/store/database.ts'
import { makeCheckpoint } from '../../../domain/store/audit/make-checkpoint.ts'
import { readCheckpoints } from '../../../domain/store/audit/read-checkpoints.ts'
import { sealAuditToEnd } from '../../../domain/store/audit/seal-audit.ts'
import { createAuditCheckpoints } from '../../../worker/audit/checkpoint-audit.ts'
import { newSigningKey } from '../../domain/store/audit/_audit-world.ts'
import { runSql } from '../../_support/servers.ts'
import { createWorld, type World } from '../../_support/world.ts'

const kept = async (world: World): Promise<AuditCheckpoint[]> =>
  (await readCheckpoints(world.db, { limit: 10, after: null })).items

const entries = `insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome)
  select uuidv7(), 'worker', 'change.applied', 'change', n::text, 'ldap', 'applied' from generate_series(1, 10) as n`

it('a worker with a key signs where the audit ends, soon after its start and once a day among all workers', async (t) => {
  const world = await createWorld({}, t)
  await runSql(world.databaseUrl, entries)
  await sealAuditToEnd(world.db)
  const signingKey = newSigningKey()
  await Promise.all([
    world.worker({}, { AUDIT_SIGNING_KEY: signingKey }),
    world.worker({}, { AUDIT_SIGNING_KEY: signingKey }),
  ])
  await expect.poll(() => kept(world)).toHaveLength(1)
  const [checkpoint] = await kept(world)
  expect(checkpoint?.position).toBeGreaterThanOrEqual(10)
  expect(checkpoint !== undefined && isSignedBy(publicKeyOf(signingKey), checkpoint)).toBe(true)
})

it('a worker seals what comes, and the rest of a burst in the same run', async (t) => {
  const world = await createWorld({}, t)
  await world.worker()
  await world.mirrored()
  await runSql(world.databaseUrl, entries.replace('10)', '20000)'))
  await expect
    .poll(() => rows(world.db, 'select count(*)::integer as waiting from audit_unsealed'), {
      timeout: 20_000,
    })
    .toEqual([{ waiting: 0 }])
})

it('a checkpoint that our key did not sign is told to admins as well', async (t) => {
  const world = await createWorld({}, t)
  await runSql(world.databaseUrl, entries)
  await sealAuditToEnd(world.db)
  const signingKey = newSigningKey()
  await makeCheckpoint(world.db, { signingKey })
  await runSql(
    world.databaseUrl,
    `set session_replication_role = replica; update audit_checkpoint set signature = decode(repeat('00', 64), 'hex')`,
  )
  await world.worker({}, { AUDIT_SIGNING_KEY: signingKey })
  await expect
    .poll(() => rows(world.db, `select words ->> 'text' as text from incident where kind = 'audit-broken'`))
    .toEqual([{ text: expect.stringContaining('not signed by its key') }])
})

it('a broken audit that was put right is told to be so, and signed, with a copy in the log', async (t) => {
  const world = await createWorld({}, t)
  await runSql(world.databaseUrl, entries)
  await sealAuditToEnd(world.db)
  const writeOutcome = (outcome: string) =>
    runSql(
      world.databaseUrl,
      `set session_replication_role = replica; update audit_entry set outcome = '${outcome}'
       where id = (select entry_id from audit_seal where position = 4)`,
    )
  await writeOutcome('failed')
  const worker = await world.worker({}, { AUDIT_SIGNING_KEY: newSigningKey() })
  const states = async () =>
    (await rows<{ state: string }>(world.db, `select state from incident where kind = 'audit-broken'`)).map(
      ({ state }) => state,
    )
  await expect.poll(states).toEqual(['open'])
  await writeOutcome('applied')
  const lines: object[] = []
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line) as object) })
  await expect.poll(() => createAuditCheckpoints({ ...worker.context, log })()).toBeUndefined()
  expect(await states()).toEqual(['resolved'])
  const [checkpoint] = await kept(world)
  expect(checkpoint).toBeDefined()
  expect(lines).toContainEqual(expect.objectContaining({ checkpoint }))
})

it('an audit that could not be verified is verified again in an hour, once', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  await expect.poll(() => context.metrics.registry.metrics()).toContain('job="checkpoint-audit",result="ok"')
  const planned: { inMs: number; work: () => Promise<unknown> }[] = []
  const queued: string[] = []
  let isStoreAway = false
  const verify = createAuditCheckpoints({
    ...context,
    later: (_what, inMs, work) => void planned.push({ inMs, work }),
    jobs: {
      ...context.jobs,
      now: async (name) => {
        if (isStoreAway) throw new Error('the job store is away')
        queued.push(name)
      },
    },
  })
  const failTwice = () =>
    world.db.transaction(async (tx) => {
      // As somebody who is at it.
      await tx.raw(`select pg_advisory_xact_lock(x'76726679'::int)`)
      await expect(verify()).rejects.toMatchObject({ reason: 'AUDIT_VERIFY_RUNNING' })
      await expect(verify()).rejects.toMatchObject({ reason: 'AUDIT_VERIFY_RUNNING' })
    })
  await failTwice()
  expect(planned.map(({ inMs }) => inMs)).toEqual([3_600_000])
  await planned[0]?.work()
  expect(queued).toEqual(['checkpoint-audit'])
  await failTwice()
  expect(planned).toHaveLength(2)
  // Where it can't be asked for either, it is so an hour later.
  isStoreAway = true
  await expect(planned[1]?.work()).rejects.toThrow('away')
  expect(planned).toHaveLength(3)
  isStoreAway = false
  await planned[2]?.work()
  expect(queued).toEqual(['checkpoint-audit', 'checkpoint-audit'])
})

it('a broken audit is told to admins, and not signed', async (t) => {
  const world = await createWorld({}, t)
  await runSql(world.databaseUrl, entries)
  await sealAuditToEnd(world.db)
  await runSql(
    world.databaseUrl,
    `set session_replication_role = replica; update audit_entry set outcome = 'failed'
     where id = (select entry_id from audit_seal where position = 4)`,
  )
  const worker = await world.worker({}, { AUDIT_SIGNING_KEY: newSigningKey() })
  const { registry } = worker.context.metrics
  await expect.poll(() => registry.metrics()).toContain('job="checkpoint-audit",result="ok"')
  const told = () =>
    rows<{ state: string; text: string }>(
      world.db,
      `select state, words ->> 'text' as text from incident where kind = 'audit-broken'`,
    )
  expect(await told()).toEqual([{ state: 'open', text: expect.stringContaining('position 4') }])
  expect(await kept(world)).toEqual([])
})
