import { expect, it } from 'vitest'
import type { AuditCheckpoint } from '../../../domain/contracts/audit.ts'
import { isSignedBy, publicKeyOf } from '../../../domain/rules/audit-checkpoint.ts'
import { rows } from '../../../domain/store/database.ts'
import { readCheckpoints } from '../../../domain/store/audit/read-checkpoints.ts'
import { sealAuditToEnd } from '../../../domain/store/audit/seal-audit.ts'
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
