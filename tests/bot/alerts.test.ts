import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createDiscordRest } from '../../adapters/discord-rest/create-discord-rest.ts'
import type { Incident } from '../../domain/contracts/incident.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import { incidentMessage } from '../../texts/incident-message.ts'
import { problem } from './_api.ts'
import { says, type Story, tellStory, token } from './_bot.ts'

const words = wordIncident('removals-held', {
  list: 'news',
  count: 6,
  members: ['bob', 'carol'],
  requestedBy: 'olga',
  expiresAt: '2030-01-01T00:00:00Z',
})
const incident: Incident & { content: string } = {
  ...words,
  id: '019a0000-0000-7000-8000-000000000001',
  kind: 'removals-held',
  state: 'open',
  count: 1,
  revision: 3,
  actions: ['acknowledge', 'approve', 'deny'],
  outcome: null,
  decidedBy: null,
  beganAt: '2026-01-01T00:00:00.000Z',
  lastAt: '2026-01-01T00:00:00.000Z',
  acknowledgedBy: null,
  acknowledgedAt: null,
  resolvedAt: null,
}
const { content: _, ...asTheApiHasIt } = incident
const channelId = '400000000000000001'
const withChannel = { standIn: { channels: [{ id: channelId, name: 'alerts' }] } }
const custom = (action: string, revision = 3) => `alert:${action}:${incident.id}:${revision}`

/** An alert in the channel, as a worker posts it. */
async function alertIn({ standIn }: Story) {
  const discord = createDiscordRest({ token, apiUrl: standIn.url, log: pino({ level: 'silent' }) })
  const posted = await discord.sendChannelMessage(channelId, incidentMessage(incident), 'once')
  if (posted.outcome !== 'sent') throw new Error(posted.message)
  const shown = () => standIn.messagesIn(channelId).find(({ id }) => id === posted.messageId)
  const message = shown()
  if (!message) throw new Error('the alert is not there')
  return { message, shown }
}

const decisions = ({ api }: Story) => api.calls.filter(({ path }) => path.startsWith('/admin/incidents/'))

test.each([
  ['acknowledge', 'shows that you look after it', '已經顯示由你處理'],
  ['approve', 'Approved. It goes on', '已核准'],
  ['deny', 'Denied. Nothing of it happens', '已拒絕'],
] as const)('%s is told to who pressed alone, and the alert stays as it is', async (action, en, zhTw) => {
  const story = await tellStory(withChannel)
  const { message, shown } = await alertIn(story)
  story.api.script('POST', /^\/admin\/incidents\//, { status: 200, body: asTheApiHasIt }, 2)
  const pressed = await story.standIn.press(story.alice, message, custom(action))
  await expect(pressed).toSay(en)
  expect(pressed.reply?.flags).toBe(64)
  const again = await story.standIn.press(story.mei, message, custom(action))
  await expect(again).toSay(zhTw)
  expect(shown()).toEqual(message)
  const [call] = decisions(story)
  expect(call?.path).toBe(`/admin/incidents/${incident.id}`)
  expect(call?.body).toEqual({ action, revision: 3 })
  expect(call?.headers['idempotency-key']).toMatch(/^\d+$/)
})

test('who is no admin is told so', async () => {
  const story = await tellStory(withChannel)
  const { message, shown } = await alertIn(story)
  story.api.script('POST', /^\/admin\/incidents\//, problem('PERMISSION_DENIED', { reason: 'ADMINS_ONLY' }))
  const pressed = await story.standIn.press(story.alice, message, custom('approve'))
  await expect(pressed).toSay('You may not do that')
  expect(pressed.reply?.flags).toBe(64)
  expect(shown()).toEqual(message)
})

test('what has changed since is shown anew, and can be decided there', async () => {
  const story = await tellStory(withChannel)
  const { message } = await alertIn(story)
  const now = {
    ...asTheApiHasIt,
    revision: 4,
    subject: 'Removals from news_letter wait',
    actions: ['approve', 'deny'],
  }
  story.api.script(
    'POST',
    /^\/admin\/incidents\//,
    problem('CONFLICT', { reason: 'INCIDENT_CHANGED', incident: now }),
  )
  const pressed = await story.standIn.press(story.alice, message, custom('approve'))
  const shown = await says(pressed, 'This has changed since')
  expect(shown.content).toContain(String.raw`**Removals from news\_letter wait**`)
  expect(shown.content).toContain('6 people would be taken off news')
  story.api.script('POST', /^\/admin\/incidents\//, { status: 200, body: asTheApiHasIt })
  const decided = await story.standIn.press(story.alice, pressed, custom('approve', 4))
  await expect(decided).toSay('Approved')
  expect(decisions(story).at(-1)?.body).toEqual({ action: 'approve', revision: 4 })
})

test.each([
  [
    'over',
    problem('CONFLICT', {
      reason: 'INCIDENT_CHANGED',
      incident: { ...asTheApiHasIt, state: 'resolved', actions: [], resolvedAt: '2026-01-01T01:00:00.000Z' },
    }),
    'This is over by now',
  ],
  [
    'acknowledged by another admin',
    problem('CONFLICT', {
      reason: 'INCIDENT_CHANGED',
      incident: {
        ...asTheApiHasIt,
        kind: 'redis-away',
        state: 'acknowledged',
        actions: [],
        acknowledgedBy: 'olga',
        acknowledgedAt: '2026-01-01T00:30:00.000Z',
      },
    }),
    'olga looks after it already',
    'acknowledge',
  ],
  [
    'acknowledged by somebody who is gone',
    problem('CONFLICT', {
      reason: 'ACTION_NOT_OFFERED',
      incident: { ...asTheApiHasIt, state: 'acknowledged', actions: [], acknowledgedBy: null },
    }),
    'Somebody looks after it already',
    'acknowledge',
  ],
  [
    'shown in words that are not ours',
    problem('CONFLICT', {
      reason: 'INCIDENT_CHANGED',
      incident: { ...asTheApiHasIt, text: '@everyone **now**', actions: [] },
    }),
    String.raw`\@everyone \*\*now\*\*`,
  ],
  [
    'about somebody who is gone',
    problem('CONFLICT', { reason: 'MEMBER_GONE' }),
    'this person is not in the directory any more',
    'approve',
  ],
  [
    'of before the opposite was asked for',
    problem('CONFLICT', { reason: 'NEWER_REQUEST' }),
    'the opposite was asked for since',
    'approve',
  ],
  ['waited for by nobody', problem('CONFLICT', { reason: 'NOBODY_WAITS' }), 'This is over by now'],
  [
    'told in a way that the contract does not know',
    problem('CONFLICT', { reason: 'INCIDENT_CHANGED', incident: { revision: 4 } }),
    'has been decided already',
  ],
  ['decided elsewhere', problem('CONFLICT', { reason: 'HOLD_ENDED' }), 'has been decided already'],
  ['without its list', problem('CONFLICT', { reason: 'LIST_GONE' }), 'the list is not there any more'],
  ['pruned', problem('NOT_FOUND', { reason: 'INCIDENT_NOT_FOUND' }), 'isn’t there any more'],
] as const)('what is %s is told', async (_what, answer, text, action?: string) => {
  const story = await tellStory(withChannel)
  const { message } = await alertIn(story)
  story.api.script('POST', /^\/admin\/incidents\//, answer)
  await expect(await story.standIn.press(story.alice, message, custom(action ?? 'deny'))).toSay(text)
})
