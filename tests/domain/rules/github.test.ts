import { describe, expect, it } from 'vitest'
import { readPayload } from '../../../domain/rules/github/read-payload.ts'

const receivedAt = new Date('2026-11-21T08:00:00.000Z')
const repository = { id: 1, full_name: 'guild/tower' }

/** What a delivery says. */
function read(event: string, payload: object) {
  const said = readPayload(event, { repository, ...payload }, receivedAt)
  if (typeof said === 'string') throw new Error(`it is ${said}`)
  return said
}

const release = (action: string, more: object = {}) =>
  read('release', {
    action,
    release: {
      id: 7,
      tag_name: 'v1',
      created_at: '2026-11-20T08:00:00Z',
      published_at: '2026-11-20T09:00:00Z',
      ...more,
    },
  })
const issue = (action: string, more: object = {}) =>
  read('issues', { action, issue: { number: 3, title: 'It rains in', state: 'open', ...more } })
const pull = (action: string, more: object = {}) =>
  read('pull_request', {
    action,
    pull_request: {
      number: 4,
      title: 'Mend the roof',
      state: 'open',
      head: { ref: 'roof', label: 'guild:roof', repo: { id: 1 } },
      base: { ref: 'main' },
      ...more,
    },
  })

describe('a release', () => {
  it.for([
    ['published', {}, 'published'],
    ['published', { prerelease: true }, 'prerelease'],
    ['created', { draft: true }, 'draft'],
    ['deleted', {}, 'deleted'],
    ['deleted', { draft: true }, 'deleted'],
    ['unpublished', { draft: true }, 'unpublished'],
  ] as const)('that is %s with %j is %s', ([action, more, is]) => {
    expect(release(action, more)).toMatchObject({ event: `release.${action}`, facts: { is } })
  })

  it('happened when it was changed last, and without that when it was published', () => {
    expect(release('edited', { updated_at: '2026-11-20T10:00:00Z' })).toMatchObject({
      happenedAt: new Date('2026-11-20T10:00:00Z'),
    })
    expect(release('edited')).toMatchObject({ happenedAt: new Date('2026-11-20T09:00:00Z') })
  })
})

describe('an issue', () => {
  it.for([
    ['closed', { state: 'closed', state_reason: 'completed' }, 'completed', 'resolved'],
    ['closed', { state: 'closed', state_reason: 'not_planned' }, 'not_planned', 'resolved'],
    ['closed', { state: 'closed', state_reason: 'duplicate' }, 'not_planned', 'resolved'],
    ['deleted', { state: 'open' }, 'deleted', 'resolved'],
    ['transferred', { state: 'open' }, 'transferred', 'resolved'],
    ['reopened', { state: 'open' }, 'open', 'open'],
  ] as const)('that is %s as %j is %s', ([action, more, is, state]) => {
    expect(issue(action, more)).toMatchObject({ state, facts: { is } })
  })
})

describe('a pull request', () => {
  it('is merged once: what happens to it later is no news of that', () => {
    const merged = { state: 'closed', merged: true }
    expect(pull('closed', merged)).toMatchObject({ event: 'pull_request.merged', isNews: true })
    expect(pull('labeled', merged)).toMatchObject({
      event: 'pull_request.labeled',
      isNews: false,
      state: 'resolved',
      facts: { is: 'merged' },
    })
    expect(pull('closed', { state: 'closed', merged: false })).toMatchObject({
      event: 'pull_request.closed',
      facts: { is: 'closed' },
    })
  })

  it('says whose branch it comes from where that is not ours', () => {
    expect(pull('opened')).toMatchObject({ facts: { from: 'roof' } })
    for (const repo of [{ id: 2 }, null])
      expect(pull('opened', { head: { ref: 'main', label: 'mallory:main', repo } })).toMatchObject({
        facts: { from: 'mallory:main' },
      })
  })
})

it.for([
  ['a time that is yet to come', '2026-11-21T09:00:00Z'],
  ['one before there was any', '1969-12-31T23:59:59Z'],
  ['what is no time', 'soon'],
  ['none', null],
])('what happened by %s happened when it was told', ([, updated_at]) => {
  expect(issue('opened', { updated_at })).toMatchObject({ happenedAt: receivedAt })
})
