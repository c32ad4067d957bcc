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
      wish('subscribe'),
      ...reads('one'),
      goOn('one'),
      ...loses,
      ...reads('two'),
      goOn('two'),
      wish('unsubscribe'),
      { kind: 'go on', worker: 'two', verdict: 'transient' },
      ...times(4, goOn('two')),
      ...applies('two'),
      ...times(2, goOn('two')),
      ...times(4, goOn('one')),
    ],
  },
]
