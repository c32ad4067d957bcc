import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { publicKeyOf } from '../../domain/rules/audit-checkpoint.ts'
import { rows } from '../../domain/store/database.ts'
import { makeCheckpoint } from '../../domain/store/audit/make-checkpoint.ts'
import { migrateUp } from '../../domain/store/installation/migrate.ts'
import { sealAuditToEnd } from '../../domain/store/audit/seal-audit.ts'
import { verifyAudit } from '../../domain/store/audit/verify-audit.ts'
import { migrations } from '../../migrations/index.ts'
import { newSigningKey } from '../domain/store/audit/_audit-world.ts'
import { startDumpablePostgres } from '../_support/dumpable-postgres.ts'
import { createWorld } from '../_support/world.ts'

// What docs/operations.md tells an operator to do, done.

it('a backup brings everything back: the mirror is read again, what waited is applied once, the audit fits', async (t) => {
  const postgres = await startDumpablePostgres(t)
  if (postgres === null) return t.skip('no pg_dump here that fits a Postgres: the backup was not rehearsed')

  const databaseUrl = await postgres.createDatabase('before')
  await migrateUp(databaseUrl, migrations, 'dev')
  const before = await createWorld({ databaseUrl }, t)
  const { directory } = before
  const worker = await before.worker()
  await before.mirrored()
  const done = await before.ended((await before.request('alice', 'subscribe', 'newcomers')).id)
  await worker.stop()
  const waiting = [
    await before.request('bob', 'subscribe', 'newcomers'),
    await before.request('carol', 'subscribe', 'newcomers'),
  ]
  const signingKey = newSigningKey()
  await sealAuditToEnd(before.db)
  const kept = await makeCheckpoint(before.db, { signingKey })

  const file = join(inject('runDir'), 'guildpost.dump')
  await postgres.dump(databaseUrl, file)

  // The backup does not know what happened from here on: one of those who waited was put on the list, and another tool
  // put somebody there too.
  await directory.ldapmodify(
    ['bob', 'dave']
      .map(
        (uid) =>
          `dn: ${directory.listDn('newcomers')}\nchangetype: modify\nadd: ${directory.memberAttribute}\n${directory.memberAttribute}: ${directory.memberValue(uid)}\n`,
      )
      .join('\n'),
  )
  const restoredUrl = await postgres.createDatabase('after')
  await postgres.restore(file, restoredUrl)

  const after = await createWorld({ databaseUrl: restoredUrl, directory }, t)
  expect(await migrateUp(restoredUrl, migrations, 'dev')).toEqual([])
  const observing = await after.worker({ observeOnly: true }, { WRITES: 'off' })
  // What happened since looks like another tool's doing: no member is told that.
  await expect.poll(() => rows(after.db, 'select untold from drift_member')).toEqual([{ untold: false }])
  await observing.stop()
  expect((await after.change(waiting[1]?.id ?? null)).state).toBe('queued')
  await after.worker()
  const [bobs, carols] = await Promise.all(waiting.map(({ id }) => after.ended(id)))
  expect(bobs).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(carols).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await after.change(done.id)).toEqual(done)

  const onList = await directory.membersOf('newcomers')
  for (const uid of ['alice', 'bob', 'carol', 'dave']) {
    expect(onList.filter((value) => value === directory.memberValue(uid))).toHaveLength(1)
    await expect
      .poll(() =>
        rows(
          after.db,
          `select 1 from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id
           where m.uid = :uid and l.name = 'newcomers'`,
          { uid },
        ),
      )
      .toHaveLength(1)
  }

  // While the worker seals, nobody else does.
  await expect
    .poll(async () => {
      await sealAuditToEnd(after.db)
      return (await verifyAudit(after.db, { kept: [], publicKeys: [] })).sealed
    })
    .toBeGreaterThan(kept.position)
  const verdict = await verifyAudit(after.db, { kept: [kept], publicKeys: [publicKeyOf(signingKey)] })
  expect(verdict).toMatchObject({ ok: true, firstBreak: null })
})
