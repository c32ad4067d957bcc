import { setTimeout as delay } from 'node:timers/promises'
import type { ChaosSystem, WorkerSlot } from './chaos-system.ts'
import { says } from './spelled-out.ts'
import type { Passing } from './wire.ts'

/** What passes on a worker's ways at a step of its work. */
type Step = { wire: 'ldap' | 'postgres' | 'jobs'; passes: (worker: WorkerSlot) => Passing }

/** An answer that has a row. */
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const hasRow = (answer: string) => answer.search(uuid) >= 0

const isLease = says('is_refused_alone')
const isRecord = says('select id from list where id =', 'lease_until > now() for update')
/** Whatever is written to an entry that is there carries an assertion (RFC 4528), and nothing else does. */
const isModify = says('1.3.6.1.1.12')
/** Only a new entry names its classes, `top` among them, as values. */
const isAdd = says('objectClass', '\u0004\u0003top')

const inPostgres = (passing: Passing): Step => ({ wire: 'postgres', passes: () => passing })

/** A list that was just leased is read by its id: others read lists, too. */
function readOfLeased(worker: WorkerSlot): Passing {
  const leased = new Set<string>()
  worker.postgres.overhear(isLease, (answer) => {
    for (const id of answer.match(uuid) ?? []) leased.add(id)
  })
  return {
    where: 'request',
    said: (text) => text.includes('entryUUID') && (text.match(uuid) ?? []).some((id) => leased.has(id)),
  }
}

const steps = {
  // The way of a change, from the word that it is there.
  'wake and job': inPostgres({
    where: 'answer',
    said: says('update lane set wake_at = now() where number'),
    answered: says('UPDATE 1'),
  }),
  'job and its confirmation': {
    wire: 'jobs',
    passes: () => ({ where: 'answer', said: (text) => /insert[^]*apply/i.test(text) }),
  },
  'start of the job and lease': inPostgres({
    where: 'answer',
    said: says('update lane set wake_at = null where number'),
  }),
  'lease and its answer': inPostgres({ where: 'answer', said: isLease, answered: hasRow }),
  'lease and read': { wire: 'ldap', passes: readOfLeased },
  'read and modify': { wire: 'ldap', passes: () => ({ where: 'request', said: isModify }) },
  'modify and record': { wire: 'ldap', passes: () => ({ where: 'answer', said: isModify }) },
  'record and its commit': inPostgres({ where: 'request', after: isRecord, said: says('COMMIT') }),
  'record and its answer': inPostgres({ where: 'answer', after: isRecord, said: says('COMMIT') }),
  // The way of a list that is made here.
  'a new entry and its record': { wire: 'ldap', passes: () => ({ where: 'answer', said: isAdd }) },
  // Other work.
  'a turn to read and the read': inPostgres({
    where: 'answer',
    said: says('insert into turn (name, token, until)'),
    answered: says('INSERT 0 1'),
  }),
  'a sweep’s first word and the rest': inPostgres({
    where: 'answer',
    said: says('update installation set swept_at'),
  }),
  'seals and their commit': inPostgres({
    where: 'request',
    after: says('insert into audit_seal'),
    said: says('COMMIT'),
  }),
  'a notice in hand and its sending': inPostgres({
    where: 'answer',
    said: says('update notice set lease_token =', 'attempts = attempts + 1'),
    answered: says('UPDATE 1'),
  }),
  'a mail in hand and its sending': inPostgres({
    where: 'answer',
    said: says('update mail set lease_token =', 'attempts = attempts + 1'),
    answered: says('UPDATE 1'),
  }),
} satisfies Record<string, Step>
export type Between = keyof typeof steps
export const everyStep = Object.keys(steps) as Between[]

/** Stops whichever worker comes there first. */
export async function stopBetween(system: ChaosSystem, between: Between): Promise<WorkerSlot> {
  const { wire, passes }: Step = steps[between]
  const first = await Promise.race([
    ...system.workers.map(async (worker) => {
      await worker[wire].holdAt(passes(worker))
      return worker
    }),
    delay(30_000, null),
  ])
  for (const worker of system.workers) if (worker !== first) goOn(worker)
  if (first === null) throw new Error(`no worker came between ${between} within 30 s`)
  return first
}

/** What was held goes on. */
export function goOn(worker: WorkerSlot): void {
  for (const wire of ['ldap', 'postgres', 'jobs'] as const) worker[wire].release()
}
