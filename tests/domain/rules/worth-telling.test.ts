import { describe, expect, test } from 'vitest'
import type { Change } from '../../../domain/contracts/change.ts'
import type { News, PlaceNews } from '../../../domain/contracts/notification.ts'
import { kindOf, worthTelling } from '../../../domain/rules/worth-telling.ts'

const place = (list: string, way: PlaceNews['way'], by: PlaceNews['by'] = 'admin'): News => ({
  about: 'place',
  listId: list,
  list,
  join: 'open',
  way,
  by,
})

const request = (state: Change['state'], code: string | null = null, decided = false): News => ({
  about: 'request',
  decided,
  change: {
    id: 'change',
    list: 'news',
    member: 'alice',
    action: 'subscribe',
    state,
    reason: code === null ? null : { code, message: '' },
    requestedBy: 'alice',
    via: 'discord',
    createdAt: '2026-11-21T12:00:00Z',
    endedAt: '2026-11-21T12:00:01Z',
    proof: null,
    supersededBy: null,
    retryOf: null,
  },
})

const [on, off] = ['joined', 'parted'] as const
const tool = place('news', on, 'tool')

describe('of what happened to a place on a list', () => {
  test.each<[string, News[], News[]]>([
    ['once is told', [place('news', on)], [place('news', on)]],
    ['on and off again is nothing', [place('news', on), place('news', off)], []],
    ['off and on again is nothing', [place('news', off), place('news', on)], []],
    ['by another tool and undone by an admin is nothing', [tool, place('news', off)], []],
    ['on, off and on is on', [place('news', on), place('news', off), place('news', on)], [place('news', on)]],
    ['twice the same is told once, the last one', [tool, place('news', on)], [place('news', on)]],
    ['each list is told', [place('a', on), place('b', off)], [place('a', on), place('b', off)]],
    [
      'another list’s way back is its own',
      [place('a', on), place('b', on), place('a', off)],
      [place('b', on)],
    ],
  ])('%s', (_, happened, told) => {
    expect(worthTelling(happened, [])).toEqual(told)
  })
})

describe('a kind that is switched off', () => {
  const happened: News[] = [
    place('news', on),
    request('cancelled', 'DENIED', true),
    request('failed', 'NO_ADDRESS'),
    { about: 'asked', list: 'news', member: 'bob' },
  ]
  test.each([
    ['added-or-removed', [1, 2, 3]],
    ['decided', [0, 2, 3]],
    ['failed', [0, 1, 3]],
    ['asked', [0, 1, 2]],
    ['a kind of tomorrow', [0, 1, 2, 3]],
  ])('%s is left out, the others are told', (kind, left) => {
    expect(worthTelling(happened, [kind])).toEqual(left.map((index) => happened[index]))
  })
})

test.each<[News, string | null]>([
  [request('applied', null, true), 'decided'],
  [request('applied'), null],
  [request('cancelled', 'DENIED', true), 'decided'],
  [request('cancelled', 'EXPIRED'), 'decided'],
  [request('cancelled', 'LIST_UNMANAGED'), 'failed'],
  [request('cancelled', 'CANCELLED'), null],
  [request('superseded'), null],
  [request('failed', 'LIST_GONE', true), 'failed'],
])('%j is told as %s', (news, kind) => {
  expect(kindOf(news)).toBe(kind)
})
