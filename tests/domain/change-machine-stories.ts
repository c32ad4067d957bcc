import type { ListName, Step, WorkerName } from './change-machine-steps.ts'

const wish = (action: 'subscribe' | 'unsubscribe'): Step => ({
  kind: 'wish',
  list: 'open',
  member: 'alice',
  action,
  own: true,
})
const edit = (on: boolean): Step => ({ kind: 'outside edit', list: 'open', member: 'alice', on })
const work = (worker: WorkerName, list: ListName = 'open'): Step => ({ kind: 'work', worker, list })
const goOn = (worker: WorkerName): Step => ({ kind: 'go on', worker, verdict: 'go' })
const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step)

/** Up to where a worker has read the list and does not know it yet, past its modify, and to its end. */
const reads = (worker: WorkerName): Step[] => [work(worker), goOn(worker)]
const writes = (worker: WorkerName): Step[] => [...reads(worker), ...times(2, goOn(worker))]
const applies = (worker: WorkerName): Step[] => [...writes(worker), goOn(worker)]
const loses: Step[] = [{ kind: 'leases expire' }]
/** A worker's modify is under way, the list is another one's by now, and that one is about to write too. */
const sendsLate: Step[] = [
  wish('subscribe'),
  ...reads('one'),
  goOn('one'),
  ...loses,
  ...reads('two'),
  goOn('two'),
]
const cancel: Step = { kind: 'cancel', list: 'open', member: 'alice' }

/** Rare among any stories, and what leases are for: a worker stops, another one goes on, and the first one wakes. */
export const stories: readonly { name: string; story: readonly Step[] }[] = [
  {
    name: 'who lost the lease between reading and writing writes nothing',
    story: [
      wish('subscribe'),
      ...reads('one'),
      ...loses,
      ...applies('two'),
      wish('unsubscribe'),
      ...applies('two'),
      ...times(4, goOn('one')),
    ],
  },
  {
    name: 'who lost the lease between reading and recording records nothing',
    story: [
      edit(true),
      wish('subscribe'),
      ...reads('one'),
      ...loses,
      edit(false),
      ...writes('two'),
      goOn('one'),
      goOn('two'),
    ],
  },
  {
    name: 'who lost the lease between writing and recording records nothing, and is found to have written',
    story: [
      wish('subscribe'),
      ...writes('one'),
      ...loses,
      ...reads('two'),
      goOn('two'),
      wish('unsubscribe'),
      ...applies('two'),
      goOn('one'),
    ],
  },
  {
    name: 'a word that came while the first one was in hand waits until that is known to have ended',
    story: [
      wish('subscribe'),
      ...writes('one'),
      wish('unsubscribe'),
      ...loses,
      ...reads('two'),
      ...times(2, goOn('one')),
      ...times(5, goOn('two')),
    ],
  },
  {
    name: 'a modify that comes late undoes nothing that was found since',
    story: [
      ...sendsLate,
      wish('unsubscribe'),
      { kind: 'go on', worker: 'two', verdict: 'transient' },
      ...times(4, goOn('two')),
      ...applies('two'),
      ...times(2, goOn('two')),
      ...times(4, goOn('one')),
    ],
  },
  {
    name: 'a modify that comes late undoes nothing either where what was to keep it out never arrived',
    story: [
      ...sendsLate,
      wish('unsubscribe'),
      { kind: 'go on', worker: 'two', verdict: 'transient' },
      ...reads('two'),
      goOn('two'),
      { kind: 'go on', worker: 'two', verdict: 'no-answer' },
      ...times(6, goOn('two')),
      ...times(4, goOn('one')),
    ],
  },
  {
    name: 'what may be under way is not taken back',
    story: [
      ...sendsLate,
      { kind: 'go on', worker: 'two', verdict: 'transient' },
      cancel,
      ...times(4, goOn('one')),
    ],
  },
  {
    name: 'a second thought about what may be under way is not taken back either: it sees to what comes late',
    story: [
      ...sendsLate,
      { kind: 'go on', worker: 'two', verdict: 'transient' },
      wish('unsubscribe'),
      cancel,
      ...times(4, goOn('one')),
    ],
  },
]
