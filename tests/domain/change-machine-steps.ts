import * as fc from 'fast-check'
import type { ChangeAction } from '../../domain/contracts/change.ts'
import type { Verdict } from './change-machine-directory.ts'

/** Nobody but them asks for anything; `erin` stays on every list, so that none is ever emptied. `dave`: refused by the directory. */
export const members = ['alice', 'bob', 'dave'] as const
export const bystanders = ['erin', 'frank'] as const
export const refused = 'dave'
/** Joining the second one waits for an approval. */
export const lists = ['open', 'asking'] as const
export const workers = ['one', 'two'] as const

type Member = (typeof members)[number]
export type ListName = (typeof lists)[number]
export type WorkerName = (typeof workers)[number]

/** One thing that happens. What makes no sense at that moment (a decision with nothing to decide) changes nothing. */
export type Step =
  | { kind: 'wish'; list: ListName; member: Member; action: ChangeAction; own: boolean }
  | { kind: 'cancel'; list: ListName; member: Member }
  | { kind: 'decide'; list: ListName; member: Member; yes: boolean }
  /** A worker without work looks for some of this list. */
  | { kind: 'work'; worker: WorkerName; list: ListName }
  /** What a worker waits for at the directory happens, or fails. */
  | { kind: 'go on'; worker: WorkerName; verdict: Verdict }
  | { kind: 'kill'; worker: WorkerName }
  | { kind: 'leases expire' }
  | { kind: 'time passes' }
  | { kind: 'outside edit'; list: ListName; member: Member; on: boolean }
  /** The mirror's read and its writing are two moments. */
  | { kind: 'read'; list: ListName }
  | { kind: 'mirror'; list: ListName }
  | { kind: 'writes'; on: boolean }

const list = fc.constantFrom(...lists)
const member = fc.constantFrom(...members)
const worker = fc.constantFrom(...workers)
const action = fc.constantFrom<ChangeAction>('subscribe', 'unsubscribe')
const oftenTrue = fc.oneof(
  { weight: 4, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.boolean() },
)
const verdict = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Verdict>('go') },
  { weight: 2, arbitrary: fc.constant<Verdict>('no-answer') },
  { weight: 1, arbitrary: fc.constantFrom<Verdict>('transient', 'pause') },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('wish' as const), list, member, action, own: oftenTrue }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), list, member }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('decide' as const), list, member, yes: oftenTrue }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('work' as const), worker, list }) },
  { weight: 18, arbitrary: fc.record({ kind: fc.constant('go on' as const), worker, verdict }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), worker }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'leases expire' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'time passes' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('outside edit' as const), list, member, on: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), list }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mirror' as const), list }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('writes' as const), on: oftenTrue }) },
)

export const anyStory = fc.array(step, { minLength: 5, maxLength: 40, size: 'max' })

/** As short as can be read in a counterexample. */
export const told = (one: Step): string => Object.values(one).join(' ')
