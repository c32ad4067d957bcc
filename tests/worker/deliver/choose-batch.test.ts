import { describe, expect, it } from 'vitest'
import type { WaitingNotice } from '../../../domain/store/outbox/destination-queue.ts'
import { chooseBatch } from '../../../worker/deliver/choose-batch.ts'

/** One that waits for minutes, and was never tried. */
const waiting = (id: string, more: Partial<WaitingNotice> = {}): WaitingNotice => ({
  id,
  leaseToken: 'lease',
  attempts: 0,
  createdAt: new Date(0),
  ageS: 300,
  kind: 'topic',
  destinationKind: 'channel',
  destinationId: '400000000000000002',
  incidentId: null,
  topicId: id,
  body: {},
  mention: null,
  revision: 1,
  sentRevision: 0,
  messageId: null,
  doubtfulSince: null,
  doubtfulForS: null,
  tried: { prints: [], digest: null },
  ...more,
})
const chosen = (...notices: WaitingNotice[]) => chooseBatch(notices).map(({ id }) => id)
const inDoubt = { doubtfulSince: new Date(0), doubtfulForS: 30 }

describe('what is told in one message', () => {
  it('is what waits for more than a minute and what waits behind it, ten at most', () => {
    const many = Array.from({ length: 12 }, (_, at) => waiting(String(at)))
    expect(chosen(...many)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(chosen(waiting('one'), waiting('fresh', { ageS: 0 }))).toEqual(['one', 'fresh'])
    expect(chosen(waiting('fresh', { ageS: 0 }), waiting('one'))).toEqual(['fresh'])
    expect(chosen()).toEqual([])
  })

  it.for([
    ['what calls somebody', { mention: 'here' }],
    ['what may be there already', inDoubt],
    ['what has a message that is edited', { messageId: '1', sentRevision: 1 }],
    ['what stands as a placeholder', { messageId: '1' }],
    ['what was told before, in a digest', { sentRevision: 1 }],
    ['what Discord did not take six times', { attempts: 6 }],
    ['an incident', { kind: 'alert', topicId: null, incidentId: 'one' }],
  ] as const)('has no place for %s, which nothing behind it is told before', ([, more]) => {
    const alone = waiting('alone', more)
    expect(chosen(alone, waiting('one'))).toEqual(['alone'])
    expect(chosen(waiting('one'), waiting('two'), alone, waiting('three'))).toEqual(['one', 'two'])
  })

  it('is that again as long as it may be there, without what came since', () => {
    const tried = { prints: ['print'], digest: 'nonce' }
    const [one, two] = [waiting('one', { ...inDoubt, tried }), waiting('two', { ...inDoubt, tried })]
    const other = waiting('other', { ...inDoubt, tried: { prints: [], digest: 'another nonce' } })
    expect(chosen(one, two, other, waiting('since'))).toEqual(['one', 'two'])
    // It is not there: with others it is another one.
    expect(chosen(waiting('one', { tried }), waiting('two', { tried }), waiting('since'))).toEqual([
      'one',
      'two',
      'since',
    ])
  })
})
