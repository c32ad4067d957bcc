import { expect, test } from 'vitest'
import type { Incident } from '../../domain/contracts/incident.ts'
import { adminStory, says, tellStory } from './_bot.ts'
import { allIsWell } from './_managed-lists.ts'

const incident = (subject: string, more: Partial<Incident> = {}): Incident => ({
  id: 'incident',
  kind: 'directory-away',
  subject,
  text: 'What is wrong, and what to do',
  state: 'open',
  count: 1,
  revision: 1,
  actions: ['acknowledge'],
  outcome: null,
  decidedBy: null,
  beganAt: '2026-01-02T03:04:05.000Z',
  lastAt: '2026-01-02T03:04:05.000Z',
  acknowledgedBy: null,
  acknowledgedAt: null,
  resolvedAt: null,
  ...more,
})

/** Moments in the text, as seconds before now. */
const momentsIn = (content: string) =>
  [...content.matchAll(/<t:(\d+):R>/g)].map(([, at]) => Date.now() / 1_000 - Number(at))

test('all is well: said first, with the figures below', async () => {
  const { standIn, api, alice } = await adminStory()
  const reply = await says(await standIn.slash(alice, 'status'), 'All is well')
  expect(reply.flags & 64).toBe(64)
  expect(reply.content.replaceAll(/<t:\d+:R>/g, '<when>').split('\n')).toEqual([
    '✅ **All is well.**',
    '🔁 Changes: 0 queued, 0 being written, 0 waiting for approval',
    '📗 Directory (ldap): writable',
    '🪞 Mirror: 60 people, 12 lists, as of <when>, by a live feed',
    '🔎 Last full comparison: none yet',
    '🙋 Many at once, held for an admin’s yes: 0',
    '📬 Messages and mails: 0 to be sent, 0 given up in the last 7 days',
    '🔏 Audit: 1000 entries sealed, 3 to be sealed',
  ])
  expect(momentsIn(reply.content)[0]).toBeLessThan(30)
  api.managed.status = { ...allIsWell, holds: 2 }
  await expect(await standIn.slash(alice, 'status')).toSay(/something needs a look[^]*admin’s yes: 2/)
  // Five removals that wait in two holds are five changes: the one number does not deny the other.
  api.managed.status = { ...allIsWell, holds: 2, changes: { ...allIsWell.changes, awaitingApproval: 5 } }
  await expect(await standIn.slash(alice, 'status')).toSay(
    /5 waiting for approval[^]*Many at once, held for an admin’s yes: 2 \(the changes in them are counted above\)/,
  )
})

test('trouble: what lasts and since when, who has seen it, what is paused and how old the queue is', async () => {
  const { standIn, api, alice } = await adminStory()
  api.managed.status = {
    ...allIsWell,
    changes: { awaitingApproval: 1, queued: 70, applying: 2, oldestQueuedS: 600 },
    targets: [
      {
        ...allIsWell.targets[0]!,
        state: 'paused',
        pausedAt: '2026-01-02T03:04:05.000Z',
        reason: 'code *53*',
      },
    ],
    mirror: { ageS: null, mode: null, people: 0, lists: 0 },
    lastFullRun: {
      id: 'run',
      mode: 'full',
      dryRun: false,
      state: 'failed',
      startedAt: '2026-01-02T03:04:05.000Z',
      endedAt: null,
      report: null,
    },
    incidentsOpen: 2,
    incidents: [
      incident('The directory is **away**', { count: 12 }),
      incident('The queue is old', { state: 'acknowledged', acknowledgedBy: 'bob' }),
    ],
  }
  const { content } = await says(await standIn.slash(alice, 'status'), 'Lasting trouble: 2')
  expect(content).toContain('70 queued, 2 being written, 1 waiting for approval, the oldest due <t:')
  expect(momentsIn(content)[0]).toBeGreaterThan(595)
  expect(content).toContain(String.raw`📕 Directory (ldap): paused <t:1767323045:R> (code \*53\*)`)
  expect(content).toContain('the directory has not been read yet')
  expect(content).toContain('🔎 Last full comparison: failed <t:1767323045:R> (?)')
  expect(content).toContain(String.raw`🔴 <t:1767323045:R> The directory is \*\*away\*\* (×12)`)
  expect(content).toContain('🟡 <t:1767323045:R> The queue is old (bob looks after it)')
})

test('while nothing is written to the directory, that is said first, and never that it is writable', async () => {
  const { standIn, api, alice, mei } = await adminStory()
  const [target] = allIsWell.targets
  api.managed.status = { ...allIsWell, targets: [{ ...target!, observing: true }] }
  const { content } = await says(
    await standIn.slash(alice, 'status'),
    'guildpost only observes (WRITES=off): nothing is written to the directory',
  )
  expect(content).not.toMatch(/All is well|writable/)
  expect(content).toContain('Directory (ldap): only observed')
  await expect(await standIn.slash(mei, 'status')).toSay('目前只觀察（WRITES=off），不寫入目錄')
  api.managed.status = { ...api.managed.status, incidentsOpen: 1, incidents: [incident('The queue is old')] }
  await expect(await standIn.slash(alice, 'status')).toSay(/Lasting trouble: 1[^]*only observed/)
})

test('who asks to join a list is no trouble, and needs a look', async () => {
  const { standIn, api, alice } = await adminStory()
  api.managed.status = {
    ...allIsWell,
    changes: { awaitingApproval: 1, queued: 0, applying: 0, oldestQueuedS: null },
    incidentsOpen: 0,
    incidents: [incident('Somebody asks to join chess', { kind: 'requests-waiting' })],
  }
  const { content } = await says(await standIn.slash(alice, 'status'), 'something needs a look')
  expect(content).not.toContain('trouble')
  expect(content).toContain('🙋 <t:1767323045:R> Somebody asks to join chess')
})

test('what could not be delivered: how much, and how it is sent again', async () => {
  const { standIn, api, alice } = await adminStory()
  api.managed.status = { ...allIsWell, outbox: { queued: 4, failed: 2 } }
  const { content } = await says(await standIn.slash(alice, 'status'), 'something needs a look')
  expect(content).toContain('📬 Messages and mails: 4 to be sent, 2 given up in the last 7 days: ')
  expect(content).toMatch(/given up in the last 7 days: <?\/notices resend[^]* sends them again/)
})

test('however much lasts, it fits into one message, in whole lines', async () => {
  const { standIn, api, mei } = await adminStory()
  api.managed.status = {
    ...allIsWell,
    incidentsOpen: 31,
    incidents: Array.from({ length: 20 }, () => incident('*'.repeat(300))),
  }
  const { content } = await says(await standIn.slash(mei, 'status'), '持續中的問題：31 個')
  expect(content.length).toBeLessThanOrEqual(2_000)
  expect(content.endsWith('\n…')).toBe(true)
})

test('the last full comparison: on its way, and what it found', async () => {
  const { standIn, api, alice } = await adminStory()
  const run = {
    id: 'run',
    mode: 'full' as const,
    dryRun: false,
    state: 'running' as const,
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: null,
    report: null,
  }
  const difference = {
    list: 'news',
    driftId: null,
    joined: ['bob'],
    parted: [],
    joinedCount: 1,
    partedCount: 0,
    policy: 'adopt' as const,
    reverted: false,
  }
  const counts = { seen: 1, written: 1, gone: 0 }
  api.managed.status = { ...allIsWell, lastFullRun: run }
  await expect(await standIn.slash(alice, 'status')).toSay('running since <t:1767323045:R>')
  const report = { people: counts, lists: { ...counts, nameTaken: [] }, differences: [difference] }
  api.managed.status = {
    ...allIsWell,
    lastFullRun: { ...run, state: 'done', endedAt: run.startedAt, report },
  }
  await expect(await standIn.slash(alice, 'status')).toSay('<t:1767323045:R>, lists that differed: 1')
})

test('for admins only', async () => {
  const { standIn, alice } = await tellStory()
  await expect(await standIn.slash(alice, 'status')).toSay('You may not do that')
})

test('a directory that was never read needs a look', async () => {
  const { standIn, api, alice } = await adminStory()
  const { mirror } = api.managed.status
  api.managed.status = { ...api.managed.status, mirror: { ...mirror, ageS: null } }
  await expect(await standIn.slash(alice, 'status')).toSay('something needs a look')
})
