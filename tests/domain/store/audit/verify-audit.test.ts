import { createHash, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publicKeyOf, signCheckpoint } from '../../../../domain/rules/audit-checkpoint.ts'
import { firstPreviousHash, type SealedFields, sealHash } from '../../../../domain/rules/audit-hash.ts'
import { sealedFieldsOf } from '../../../../domain/store/audit/audit-fields.ts'
import { makeCheckpoint } from '../../../../domain/store/audit/make-checkpoint.ts'
import { sealAudit, sealAuditToEnd } from '../../../../domain/store/audit/seal-audit.ts'
import { verifyAudit } from '../../../../domain/store/audit/verify-audit.ts'
import { type AuditEntry, writeAudit } from '../../../../domain/store/audit/write-audit.ts'
import { type AuditWorld, auditWorld, newSigningKey } from './_audit-world.ts'

const whole = (sealed: number, unsealed = 0) => ({ ok: true, sealed, unsealed, firstBreak: null })

const entryNow: AuditEntry = {
  actorKind: 'worker',
  actorId: null,
  event: 'change.applied',
  subjectKind: 'change',
  subjectId: '019b0000-0000-7000-8000-000000000001',
  via: 'ldap',
  outcome: 'applied',
}

/** What somebody does who owns the database and knows how the chain is made: everything is worked out anew, and fits. */
async function resealAll({ sql, tamper }: AuditWorld): Promise<void> {
  const entries = await sql<SealedFields>(
    `select s.position, ${sealedFieldsOf('e')} from audit_seal s join audit_entry e on e.id = s.entry_id order by s.position`,
  )
  let previous: Buffer = firstPreviousHash
  for (const entry of entries) {
    const hash = sealHash(previous, entry)
    await tamper(
      `update audit_seal set hash = '\\x${hash.toString('hex')}', previous_hash = '\\x${previous.toString('hex')}'
       where position = ${entry.position}`,
    )
    previous = hash
  }
}

describe('a chain that nobody touched', () => {
  it('is whole, also when it is empty, long, or not sealed to its end', async (t) => {
    const world = await auditWorld(t)
    expect(await verifyAudit(world.db)).toEqual(whole(0))
    await world.write(2500)
    await world.write(3, { sealed: false })
    expect(await verifyAudit(world.db)).toEqual(whole(2500, 3))
    await sealAudit(world.db)
    expect(await verifyAudit(world.db)).toEqual(whole(2503))
  })

  it('is verified by one at a time, and sealed meanwhile', async (t) => {
    const world = await auditWorld(t)
    await world.write(5)
    await world.db.transaction(async (tx) => {
      await tx.raw(`select pg_advisory_xact_lock(x'76726679'::int)`)
      await expect(verifyAudit(world.db)).rejects.toMatchObject({
        code: 'TOO_MANY_REQUESTS',
        reason: 'AUDIT_VERIFY_RUNNING',
      })
      await world.write(5)
    })
    expect(await verifyAudit(world.db)).toEqual(whole(10))
  })

  it('is whole although it is sealed and signed further while it is being read', async (t) => {
    const world = await auditWorld(t)
    await world.write(5)
    const verdict = await world.db.transaction(async (tx) => {
      // The walk stops at its first look at an entry.
      await tx.raw('lock table audit_entry in access exclusive mode')
      const verifying = verifyAudit(world.db)
      await expect
        .poll(() =>
          world.sql(
            `select 1 from pg_locks where relation = 'audit_entry'::regclass and not granted
               and database = (select oid from pg_database where datname = current_database())`,
          ),
        )
        .toHaveLength(1)
      await writeAudit(tx, [entryNow])
      await sealAudit(tx)
      await makeCheckpoint(tx, { signingKey: newSigningKey() })
      return { verifying }
    })
    expect(await verdict.verifying).toEqual(whole(5))
    expect(await verifyAudit(world.db)).toEqual(whole(6))
  })

  it('is sealed as it was by every version before, or an upgrade would break it', async (t) => {
    const world = await auditWorld(t)
    await world.sql(
      `insert into audit_entry (id, at, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, details, request_id)
       values ('019b0000-0000-7000-8000-000000000001', '2026-11-21 16:00:00.000042+08', 'member', 'an-actor', 'link.made', 'link', 'a-link',
         'web', 'linked', '{"b": 1, "a": "ü"}', '42')`,
    )
    await sealAudit(world.db)
    const sealed = `["1","019b0000-0000-7000-8000-000000000001","2026-11-21T08:00:00.000042Z","member","an-actor","link.made","link","a-link","web","linked","{\\"a\\": \\"ü\\", \\"b\\": 1}","42"]`
    const hash = createHash('sha256').update(Buffer.alloc(32)).update(sealed).digest()
    expect(await world.sql('select hash from audit_seal')).toEqual([{ hash }])
  })

  it('ends when nobody waits for the verdict any more', async (t) => {
    const world = await auditWorld(t)
    await world.write(5)
    await expect(verifyAudit(world.db, { signal: AbortSignal.abort() })).rejects.toThrow('abort')
    expect(await verifyAudit(world.db)).toEqual(whole(5))
  })
})

const at = (position: number) => `(select entry_id from audit_seal where position = ${position})`

describe('what was done to it is named where it was done', () => {
  it.for([
    [
      'an entry changed',
      `update audit_entry set outcome = 'failed' where id = ${at(3)}`,
      3,
      'the entry is not what was sealed',
    ],
    [
      'one of its details changed',
      `update audit_entry set details = jsonb_set(details, '{how}', '"found"') where id = ${at(3)}`,
      3,
      'the entry is not what was sealed',
    ],
    [
      'its time changed by a microsecond',
      `update audit_entry set at = at + interval '1 microsecond' where id = ${at(3)}`,
      3,
      'the entry is not what was sealed',
    ],
    ['an entry deleted', `delete from audit_entry where id = ${at(3)}`, 3, 'the entry is missing'],
    ['a seal deleted', 'delete from audit_seal where position = 3', 3, 'seal 3 is missing'],
    [
      'several entries deleted with their seals',
      `delete from audit_entry where id in (select entry_id from audit_seal where position in (3, 4));
       delete from audit_seal where position in (3, 4)`,
      3,
      'seals 3 to 4 are missing',
    ],
    ['the first deleted', 'delete from audit_seal where position = 1', 1, 'seal 1 is missing'],
    [
      'those after it moved up to close the gap',
      `delete from audit_entry where id = ${at(3)}; delete from audit_seal where position = 3;
       update audit_seal set position = position - 1 where position = 4;
       update audit_seal set position = position - 1 where position = 5;
       update audit_seal set position = position - 1 where position = 6`,
      3,
      'the seal does not follow the one before it',
    ],
    [
      'two swapped',
      `update audit_seal set position = -3 where position = 3; update audit_seal set position = 3 where position = 4;
       update audit_seal set position = 4 where position = -3`,
      3,
      'the seal does not follow the one before it',
    ],
    [
      'the entries of two seals swapped',
      `alter table audit_seal drop constraint audit_seal_entry_id_key;
       update audit_seal s set entry_id = o.entry_id from audit_seal o where (s.position, o.position) in ((3, 4), (4, 3))`,
      3,
      'the entry is not what was sealed',
    ],
    [
      'a seal changed',
      `update audit_seal set hash = previous_hash where position = 3`,
      3,
      'the entry is not what was sealed',
    ],
    [
      'an entry put in past the triggers',
      `insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome)
       values ('01900000-0000-7000-8000-000000000000', 'member', 'link.made', 'link', 'x', 'web', 'linked')`,
      7,
      'the entry is neither sealed nor waiting for it',
    ],
    [
      'the last seal taken away',
      'delete from audit_seal where position = 6',
      6,
      'the entry is neither sealed nor waiting for it',
    ],
    [
      'an entry put in between, with a seal of its own',
      `insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome)
       values ('01900000-0000-7000-8000-000000000000', 'member', 'link.made', 'link', 'x', 'web', 'linked');
       update audit_seal set position = 7 where position = 6; update audit_seal set position = 6 where position = 5;
       update audit_seal set position = 5 where position = 4;
       insert into audit_seal (position, entry_id, hash, previous_hash)
       select 4, '01900000-0000-7000-8000-000000000000', sha256('x'), hash from audit_seal where position = 3`,
      4,
      'the entry is not what was sealed',
    ],
  ] as const)('%s', async ([_what, statements, position, problem], t) => {
    const world = await auditWorld(t)
    await world.write(6)
    await world.tamper(statements)
    const verdict = await verifyAudit(world.db)
    expect(verdict).toMatchObject({ ok: false, firstBreak: { position, problem } })
  })

  it('whatever was changed of an entry', async (t) => {
    const world = await auditWorld(t)
    await world.write(4)
    const columns = {
      actor_kind: 'member',
      actor_id: '019b0000-0000-7000-8000-000000000002',
      event: 'change.failed',
      subject_kind: 'list',
      subject_id: '019b0000-0000-7000-8000-000000000003',
      via: 'api',
      request_id: '019b0000-0000-7000-8000-000000000004',
    }
    for (const [column, forged] of Object.entries(columns)) {
      const [before] = await world.sql<{ value: string | null }>(
        `select ${column} as value from audit_entry where id = ${at(3)}`,
      )
      const change = (value: string | null | undefined) =>
        world.tamper(
          `update audit_entry set ${column} = ${value == null ? 'null' : `'${value}'`} where id = ${at(3)}`,
        )
      await change(forged)
      expect([column, (await verifyAudit(world.db)).firstBreak]).toMatchObject([column, { position: 3 }])
      await change(before?.value)
      expect([column, await verifyAudit(world.db)]).toEqual([column, whole(4)])
    }
  })

  it('an entry that was removed before it was sealed', async (t) => {
    const world = await auditWorld(t)
    await world.write(6)
    const [, second] = await world.write(3, { sealed: false })
    await world.tamper(`delete from audit_entry where id = '${second}'`)
    const firstBreak = { position: 7, entryId: second, problem: 'the entry was removed before it was sealed' }
    expect(await verifyAudit(world.db)).toEqual({ ok: false, sealed: 6, unsealed: 3, firstBreak })
    // Those beside it are sealed, and it stays on record.
    expect(await sealAuditToEnd(world.db)).toBe(2)
    expect(await verifyAudit(world.db)).toMatchObject({
      ok: false,
      sealed: 8,
      unsealed: 1,
      firstBreak: { position: 9, entryId: second },
    })
  })

  it('the first of several is named, with its entry', async (t) => {
    const world = await auditWorld(t)
    const ids = await world.write(2500)
    await world.tamper(
      `update audit_entry set outcome = 'failed' where id in ('${ids[2399]}', '${ids[1200]}')`,
    )
    expect((await verifyAudit(world.db)).firstBreak).toEqual({
      position: 1201,
      entryId: ids[1200],
      problem: 'the entry is not what was sealed',
    })
  })
})

/** The worst: an entry changed by the owner of the database, everything sealed anew, no checkpoint left. */
async function rewrittenHistory(world: AuditWorld, more = '') {
  const signingKey = newSigningKey()
  await world.write(10)
  const kept = await makeCheckpoint(world.db, { signingKey })
  await world.write(10)
  await world.tamper(
    `update audit_entry set outcome = 'failed' where id = (select entry_id from audit_seal where position = 3); ${more}`,
  )
  await resealAll(world)
  return { kept, publicKeys: [publicKeyOf(signingKey)] }
}

describe('a checkpoint', () => {
  it('is signed over where the chain ends, and fits for ever', async (t) => {
    const world = await auditWorld(t)
    const signingKey = newSigningKey()
    const publicKeys = [publicKeyOf(signingKey)]
    const empty = await makeCheckpoint(world.db, { signingKey })
    await world.write(4)
    const kept = [empty, await makeCheckpoint(world.db, { signingKey })]
    expect(kept.map(({ position }) => position)).toEqual([0, 4])
    const forged = { ...empty, madeAt: '2020-01-01T00:00:00.000Z' }
    expect((await verifyAudit(world.db, { kept: [forged], publicKeys })).firstBreak).toMatchObject({
      position: 0,
      problem: expect.stringContaining('not signed'),
    })
    await world.write(2000)
    expect(await verifyAudit(world.db, { kept, publicKeys })).toEqual(whole(2004))
  })

  it('can be checked by anybody, with its text, the public key, and nothing of ours', async (t) => {
    const world = await auditWorld(t)
    const signingKey = newSigningKey()
    await world.write(2)
    const { position, hash, madeAt, keyId, signature } = await makeCheckpoint(world.db, { signingKey })
    const x = publicKeyOf(signingKey)
    expect(keyId).toBe(createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex').slice(0, 32))
    const text = `guildpost audit checkpoint v1\nposition ${position}\nhash ${hash}\nmadeAt ${madeAt}\nkey ${keyId}\n`
    const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' } as const
    expect(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))).toBe(true)
  })

  it('can’t be changed or deleted', async (t) => {
    const world = await auditWorld(t)
    await makeCheckpoint(world.db, { signingKey: newSigningKey() })
    for (const statement of ['update audit_checkpoint set position = 1', 'delete from audit_checkpoint'])
      await expect(world.sql(statement)).rejects.toThrow('append-only')
  })

  it('that is kept here shows a history that was rewritten as a whole', async (t) => {
    const world = await auditWorld(t)
    await rewrittenHistory(world)
    expect(await verifyAudit(world.db)).toMatchObject({
      ok: false,
      firstBreak: { position: 10, problem: expect.stringContaining('rewritten') },
    })
  })

  it('that somebody kept elsewhere shows it too when nothing here is left to show it', async (t) => {
    const world = await auditWorld(t)
    const { kept, publicKeys } = await rewrittenHistory(world, 'delete from audit_checkpoint')
    // By itself it fits: that is what the kept one is for.
    expect(await verifyAudit(world.db, { publicKeys })).toEqual(whole(20))
    expect(await verifyAudit(world.db, { kept: [kept], publicKeys })).toMatchObject({
      ok: false,
      firstBreak: { position: 10, problem: expect.stringContaining('rewritten') },
    })
  })

  it('shows that the end of the chain was cut off', async (t) => {
    const world = await auditWorld(t)
    await world.write(10)
    const kept = await makeCheckpoint(world.db, { signingKey: newSigningKey() })
    await world.tamper(
      `delete from audit_checkpoint;
       delete from audit_entry where id in (select entry_id from audit_seal where position > 8);
       delete from audit_seal where position > 8`,
    )
    expect(await verifyAudit(world.db)).toEqual(whole(8))
    expect(await verifyAudit(world.db, { kept: [kept] })).toMatchObject({
      firstBreak: { position: 9, problem: expect.stringContaining('ends here') },
    })
  })

  it('that is kept here shows it too', async (t) => {
    const world = await auditWorld(t)
    await world.write(10)
    await makeCheckpoint(world.db, { signingKey: newSigningKey() })
    await world.tamper(
      `delete from audit_entry where id in (select entry_id from audit_seal where position > 8);
       delete from audit_seal where position > 8`,
    )
    expect(await verifyAudit(world.db)).toMatchObject({
      ok: false,
      firstBreak: { position: 9, problem: expect.stringContaining('ends here') },
    })
  })

  it('of our key that was not signed by it is a break; one of another key is compared by its hash', async (t) => {
    const world = await auditWorld(t)
    await world.write(5)
    const signingKey = newSigningKey()
    const ours = publicKeyOf(signingKey)
    const { signature: _, ...said } = await makeCheckpoint(world.db, { signingKey })
    const other = signCheckpoint(newSigningKey(), said)
    expect(await verifyAudit(world.db, { kept: [other], publicKeys: [ours] })).toMatchObject({ ok: true })
    const forged = { ...other, keyId: said.keyId }
    expect(await verifyAudit(world.db, { kept: [forged], publicKeys: [ours] })).toMatchObject({
      firstBreak: { position: 5, problem: expect.stringContaining('not signed') },
    })
  })
})

it('entries that were removed hold up none behind them, however many there are', async (t) => {
  const world = await auditWorld(t)
  const removed = await world.write(2500, { sealed: false })
  await world.tamper(`delete from audit_entry where id <= '${removed.at(-1)}'`)
  await world.write(2500, { sealed: false })
  expect(await sealAuditToEnd(world.db)).toBe(2500)
  expect(await verifyAudit(world.db)).toMatchObject({
    ok: false,
    sealed: 2500,
    unsealed: 2500,
    firstBreak: { position: 2501, entryId: removed[0] },
  })
})

it('a burst of 20,000 entries is sealed by one run', async (t) => {
  const world = await auditWorld(t)
  await world.sql(
    `insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome)
     select uuidv7(), 'worker', 'change.applied', 'change', n::text, 'ldap', 'applied' from generate_series(1, 20000) as n`,
  )
  expect(await sealAuditToEnd(world.db)).toBe(20_000)
  expect(await verifyAudit(world.db)).toEqual(whole(20_000))
})
