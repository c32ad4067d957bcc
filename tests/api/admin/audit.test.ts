import { beforeEach, describe, expect, test } from 'vitest'
import type { AuditCheckpoint, AuditRecord } from '../../../domain/contracts/audit.ts'
import { isSignedBy, publicKeyOf } from '../../../domain/rules/audit-checkpoint.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { sealAuditToEnd } from '../../../domain/store/audit/seal-audit.ts'
import { type AuditEntry, writeAudit } from '../../../domain/store/audit/write-audit.ts'
import { newSigningKey } from '../../domain/store/audit/_audit-world.ts'
import {
  addLink,
  addMember,
  type Caller,
  markMirrorRead,
  serviceToken,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

const signingKey = newSigningKey()
const account = '400000000000000001'

type Page<Item> = { items: Item[]; nextCursor: string | null }

const api = await startTestApi(undefined, { settings: { auditSigningKey: signingKey } })
let ada: Caller

async function asAdmin(of: TestApi): Promise<Caller> {
  const { id } = await addMember(of, `ada-${newId()}`, { isAdmin: true })
  await addLink(of, account, id)
  await markMirrorRead(of)
  return of.as(account)
}

beforeEach(async () => {
  await api.sql(`set local session_replication_role = replica; truncate audit_seal, audit_unsealed, audit_entry, audit_checkpoint;
    truncate member cascade; truncate incident cascade`)
  ada = await asAdmin(api)
})

async function write(more: Partial<AuditEntry> = {}): Promise<void> {
  await writeAudit(api.context.db, [
    {
      actorKind: 'worker',
      actorId: null,
      event: 'change.applied',
      subjectKind: 'change',
      subjectId: newId(),
      via: 'ldap',
      outcome: 'applied',
      ...more,
    },
  ])
}

const listed = async (query = '') => (await ada('GET', `/admin/audit${query}`)).json<Page<AuditRecord>>()

const eventsOf = async (query: string) => (await listed(query)).items.map(({ event }) => event)
const signOnce = () => ada('POST', '/admin/audit/checkpoints', undefined, { 'idempotency-key': 'once' })

describe('the audit', () => {
  test('shows what happened, newest first, and its place once it is sealed', async () => {
    await write({ details: { how: 'modified' } })
    await sealAuditToEnd(api.context.db)
    await write({ actorKind: 'member', actorId: 'm1', event: 'link.made', requestId: '123' })
    const [newer, older] = (await listed()).items
    expect(newer).toMatchObject({ position: null, event: 'link.made', actorId: 'm1', requestId: '123' })
    expect(older).toMatchObject({ position: 1, event: 'change.applied', details: { how: 'modified' } })
  })

  test('can be narrowed to an event, an actor, a subject and a time', async () => {
    const subjectId = newId()
    await write({ event: 'change.requested', actorId: 'm1', actorKind: 'member', subjectId })
    await write({ subjectId })
    await write()
    expect(await eventsOf('?event=change.requested')).toEqual(['change.requested'])
    expect(await eventsOf('?actor=m1')).toEqual(['change.requested'])
    expect(await eventsOf(`?subject=change:${subjectId}`)).toEqual(['change.applied', 'change.requested'])
    expect(await eventsOf(`?subject=change:${subjectId}&event=change.applied`)).toEqual(['change.applied'])
    expect(await eventsOf(`?subject=list:${subjectId}`)).toEqual([])
    expect(await eventsOf('?to=2020-01-01T00:00:00Z')).toEqual([])
    expect(await eventsOf('?from=2020-01-01T00:00:00Z')).toHaveLength(3)
  })

  test('comes in pages without a gap or a repetition, also when entries are of the same moment', async () => {
    await api.context.db.transaction(async (tx) => {
      await writeAudit(
        tx,
        Array.from({ length: 7 }, (_, n) => ({
          actorKind: 'worker' as const,
          actorId: null,
          event: `n${n}`,
          subjectKind: 'list' as const,
          subjectId: 'x',
          via: 'ldap',
          outcome: 'done',
        })),
      )
    })
    await write()
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page<AuditRecord> = await listed(`?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ event }) => event))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(['change.applied', 'n6', 'n5', 'n4', 'n3', 'n2', 'n1', 'n0'])
  })

  test.each(['event=', 'subject=change', 'from=yesterday', 'limit=0', 'cursor=WyJuZXdzIl0'])(
    '%s is 400',
    async (query) => {
      expect((await ada('GET', `/admin/audit?${query}`)).status).toBe(400)
    },
  )
})

describe('verifying', () => {
  test('says that all is well, and what is not sealed yet', async () => {
    await write()
    await sealAuditToEnd(api.context.db)
    await write()
    const answer = await ada('GET', '/admin/audit/verify')
    expect([answer.status, answer.json()]).toEqual([
      200,
      { ok: true, sealed: 1, unsealed: 1, firstBreak: null },
    ])
  })

  test('names the first break', async () => {
    await write()
    await write()
    await sealAuditToEnd(api.context.db)
    await api.sql(`set local session_replication_role = replica; update audit_entry set outcome = 'failed'
      where id = (select entry_id from audit_seal where position = 2)`)
    expect((await ada('GET', '/admin/audit/verify')).json()).toMatchObject({
      ok: false,
      firstBreak: { position: 2, problem: 'the entry is not what was sealed' },
    })
  })
})

describe('checkpoints', () => {
  test('are signed on demand, and listed newest first', async () => {
    await write()
    await sealAuditToEnd(api.context.db)
    const made = await ada('POST', '/admin/audit/checkpoints')
    expect(made.status).toBe(201)
    const first = made.json<AuditCheckpoint>()
    expect(first.position).toBe(1)
    expect(isSignedBy(publicKeyOf(signingKey), first)).toBe(true)
    const second = (await ada('POST', '/admin/audit/checkpoints')).json<AuditCheckpoint>()
    const page = (await ada('GET', '/admin/audit/checkpoints?limit=1')).json<Page<AuditCheckpoint>>()
    expect(page.items).toEqual([second])
    const next = await ada('GET', `/admin/audit/checkpoints?limit=1&cursor=${page.nextCursor}`)
    expect(next.json()).toEqual({ items: [first], nextCursor: null })
  })

  test('are in the audit, with who asked for them', async () => {
    await write()
    await sealAuditToEnd(api.context.db)
    await ada('POST', '/admin/audit/checkpoints')
    const [entry] = (await listed('?event=audit.checkpointed')).items
    expect(entry).toMatchObject({
      actorKind: 'member',
      subjectKind: 'audit',
      subjectId: '1',
      outcome: 'signed',
    })
  })

  test('are not signed over a break, and admins are told of it once it was verified', async () => {
    await write()
    await write()
    await sealAuditToEnd(api.context.db)
    await api.sql(`set local session_replication_role = replica; update audit_entry set outcome = 'failed'
      where id = (select entry_id from audit_seal where position = 1)`)
    const refused = [409, expect.objectContaining({ details: { reason: 'AUDIT_BROKEN' } })]
    const ask = async () => {
      const answer = await ada('POST', '/admin/audit/checkpoints')
      return [answer.status, answer.json()]
    }
    expect(await ask()).toEqual(refused)
    expect((await ada('GET', '/admin/audit/verify')).json()).toMatchObject({ ok: false })
    const incidents = () => api.sql(`select state from incident where kind = 'audit-broken'`)
    expect(await incidents()).toEqual([{ state: 'open' }])
    await api.sql(`set local session_replication_role = replica; update audit_entry set outcome = 'applied'
      where id = (select entry_id from audit_seal where position = 1)`)
    // Whatever the last entries look like: it was broken when all of it was last verified.
    expect(await ask()).toEqual(refused)
    expect((await ada('GET', '/admin/audit/verify')).json()).toMatchObject({ ok: true })
    expect(await incidents()).toEqual([{ state: 'resolved' }])
    expect((await ada('POST', '/admin/audit/checkpoints')).status).toBe(201)
  })

  test('the same call twice makes one', async () => {
    const [one, two] = [await signOnce(), await signOnce()]
    expect(two.json()).toEqual(one.json())
  })

  test('need a key', async (t) => {
    const keyless = await startTestApi(t)
    const answer = await (await asAdmin(keyless))('POST', '/admin/audit/checkpoints')
    expect([answer.status, answer.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'CONFLICT', details: { reason: 'AUDIT_KEY_MISSING' } }),
    ])
  })
})

test('a verification that nobody waits for any more is given up', async (t) => {
  const own = await startTestApi(t)
  const ofOwn = await asAdmin(own)
  await own.sql(
    `insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome)
     select uuidv7(), 'worker', 'change.applied', 'change', n::text, 'ldap', 'applied' from generate_series(1, 20000) as n`,
  )
  await sealAuditToEnd(own.context.db)
  const url = await own.server.listen({ port: 0, host: '127.0.0.1' })
  const asking = new AbortController()
  const headers = { authorization: `Bearer ${serviceToken}`, 'x-discord-user': account }
  const asked = fetch(`${url}/api/v1/admin/audit/verify`, { headers, signal: asking.signal })
  await expect
    .poll(() =>
      own.sql(
        `select 1 from pg_locks where objid = x'76726679'::int
           and database = (select oid from pg_database where datname = current_database())`,
      ),
    )
    .toHaveLength(1)
  asking.abort()
  await expect(asked).rejects.toThrow('abort')
  await expect.poll(async () => (await ofOwn('GET', '/admin/audit/verify')).status).toBe(200)
  expect(own.log.filter((line) => line.includes('"level":50'))).toEqual([])
})
