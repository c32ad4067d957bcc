import { describe, expect, it } from 'vitest'
import { decideWish, type Standing } from '../../domain/rules/decide-wish.ts'

const standing = (more: Partial<Standing> = {}): Standing => ({
  list: { name: 'news', join: 'open', state: 'active' },
  subscribed: false,
  waiting: null,
  applying: null,
  ...more,
})
const list = (join: Standing['list']['join'], state: Standing['list']['state'] = 'active') => ({
  name: 'news',
  join,
  state,
})
const subscribe = { action: 'subscribe', own: true } as const
const unsubscribe = { action: 'unsubscribe', own: true } as const
const open = (action: 'subscribe' | 'unsubscribe', more = {}) =>
  ({ id: 'c1', action, state: 'queued', own: true, ...more }) as const
const takenOff = (own: boolean) =>
  standing({ list: list('closed'), subscribed: true, waiting: open('unsubscribe', { own }) })

describe('a wish', () => {
  it('becomes a queued change on an open list', () => {
    expect(decideWish(subscribe, standing())).toEqual({ kind: 'new', state: 'queued', supersedes: null })
  })
  it('is no change when it is so already', () => {
    expect(decideWish(subscribe, standing({ subscribed: true }))).toEqual({ kind: 'standing' })
    expect(decideWish(unsubscribe, standing())).toEqual({ kind: 'standing' })
  })
  it('is a change when the mirror is too old to be believed', () => {
    expect(decideWish(unsubscribe, standing({ subscribed: null }))).toMatchObject({ kind: 'new' })
  })
  it('is the open change when that wishes the same', () => {
    expect(decideWish(subscribe, standing({ waiting: open('subscribe') }))).toEqual({
      kind: 'open',
      changeId: 'c1',
    })
    expect(decideWish(subscribe, standing({ applying: open('subscribe') }))).toEqual({
      kind: 'open',
      changeId: 'c1',
    })
  })
  it('supersedes a waiting change that wishes the opposite, even to say what the mirror says', () => {
    expect(decideWish(unsubscribe, standing({ waiting: open('subscribe') }))).toEqual({
      kind: 'new',
      state: 'queued',
      supersedes: 'c1',
    })
  })
  it('waits behind the opposite that is being applied', () => {
    expect(decideWish(unsubscribe, standing({ applying: open('subscribe') }))).toEqual({
      kind: 'new',
      state: 'queued',
      supersedes: null,
    })
  })
  it('is said against the newer of two open changes, the one that waits', () => {
    const both = standing({ applying: open('subscribe', { id: 'c0' }), waiting: open('unsubscribe') })
    expect(decideWish(subscribe, both)).toEqual({ kind: 'new', state: 'queued', supersedes: 'c1' })
    expect(decideWish(unsubscribe, both)).toEqual({ kind: 'open', changeId: 'c1' })
  })
  it('takes the place of somebody else’s that waits for approval', () => {
    const theirs = open('subscribe', { state: 'awaiting_approval', own: false })
    expect(decideWish(subscribe, standing({ waiting: theirs }))).toMatchObject({
      kind: 'new',
      supersedes: 'c1',
    })
    expect(decideWish({ action: 'subscribe', own: false }, standing({ waiting: theirs }))).toEqual({
      kind: 'open',
      changeId: 'c1',
    })
  })
  it('is the open change when that waits for approval as one’s own, or is somebody else’s that needs none', () => {
    for (const waiting of [
      open('subscribe', { state: 'awaiting_approval' }),
      open('subscribe', { own: false }),
    ])
      expect(decideWish(subscribe, standing({ list: list('approval'), waiting }))).toEqual({
        kind: 'open',
        changeId: 'c1',
      })
  })
  it('waits for approval where the list wants that, unless one is on it and stays', () => {
    expect(decideWish(subscribe, standing({ list: list('approval') }))).toMatchObject({
      state: 'awaiting_approval',
    })
    const leaving = standing({ list: list('approval'), subscribed: true, waiting: open('unsubscribe') })
    expect(decideWish(subscribe, leaving)).toMatchObject({ state: 'queued' })
    const left = standing({ list: list('approval'), subscribed: true, applying: open('unsubscribe') })
    expect(decideWish(subscribe, left)).toMatchObject({ state: 'awaiting_approval' })
  })
  it('is refused on a closed list, but leaving never is', () => {
    expect(() => decideWish(subscribe, standing({ list: list('closed') }))).toThrow(
      expect.objectContaining({ code: 'PERMISSION_DENIED', reason: 'LIST_CLOSED' }),
    )
    expect(decideWish(unsubscribe, standing({ list: list('closed'), subscribed: true }))).toMatchObject({
      kind: 'new',
    })
    expect(decideWish({ action: 'subscribe', own: false }, standing({ list: list('closed') }))).toMatchObject(
      { kind: 'new' },
    )
  })
  it('does not keep somebody on a closed list whom somebody else takes off', () => {
    expect(() => decideWish(subscribe, takenOff(false))).toThrow(
      expect.objectContaining({ reason: 'LIST_CLOSED' }),
    )
    expect(decideWish(subscribe, takenOff(true))).toMatchObject({ state: 'queued', supersedes: 'c1' })
  })
  it('needs nobody’s approval by the word of who manages the list, about themselves too', () => {
    for (const join of ['closed', 'approval'] as const)
      for (const own of [true, false])
        expect(
          decideWish({ action: 'subscribe', own, managing: true }, standing({ list: list(join) })),
        ).toMatchObject({ kind: 'new', state: 'queued' })
  })
  it('is refused on a list that is being deleted, and waits on one that is being made', () => {
    expect(() => decideWish(subscribe, standing({ list: list('open', 'deleting') }))).toThrow(
      expect.objectContaining({ code: 'CONFLICT', reason: 'LIST_DELETING' }),
    )
    expect(decideWish(subscribe, standing({ list: list('open', 'creating') }))).toMatchObject({
      state: 'queued',
    })
  })
})
