import { describe, expect, test } from 'vitest'
import type { NewNoticeRule } from '../../domain/contracts/notice-rule.ts'
import type { OutboxItem } from '../../domain/contracts/outbox.ts'
import type { OptionValues } from '../../sandbox/discord/stand-in.ts'
import { problem } from './_api.ts'
import { adminStory, says, type Story, tellStory } from './_bot.ts'
import { noticeRule } from './_notice-rules.ts'

const ops = '400000000000000001'
const dev = '400000000000000002'
const oncall = '500000000000000001'

/** Alice is an admin of a server with two channels and a role. */
const storyOfRules = () =>
  adminStory({
    standIn: {
      channels: [
        { id: ops, name: 'ops' },
        { id: dev, name: 'dev' },
      ],
      roles: [{ id: oncall, name: 'on call' }],
    },
  })

const rule = ({ standIn }: Story, user: Story['alice'], subcommand: string, options: OptionValues = {}) =>
  standIn.slash(user, 'notices', options, { subcommandGroup: 'rule', subcommand })
const offered = (
  { standIn, alice }: Story,
  subcommand: string,
  focused: string,
  typed: string,
  options: OptionValues = {},
) => standIn.autocomplete(alice, 'notices', focused, typed, { subcommandGroup: 'rule', subcommand, options })

describe('/notices rule add', () => {
  test('everything that a rule can say, repeated in words, for the admin alone', async () => {
    const story = await storyOfRules()
    const { api, alice } = story
    const handle = await rule(story, alice, 'add', {
      channel: dev,
      source: 'github',
      event: ' workflow_run.* ',
      repository: 'example/*',
      branch: 'main',
      severity: 'warning',
      mention: oncall,
    })
    const reply = await says(handle, 'From the next notice on')
    expect(reply.flags & 64).toBe(64)
    expect(reply.content.split('\n')).toEqual([
      String.raw`✅ From the next notice on: GitHub · event workflow\_run.\* · repository example/\* · branch main · at least warning → <#${dev}>, mentions <@&${oncall}>`,
      expect.stringMatching(/^-# Try it with <\/notices rule test:\d+>\.$/),
      `⚠️ But I lack rights there. In <#${dev}>’s permissions, give me: Mention @everyone, @here, and All Roles.`,
    ])
    expect(reply.mentions ?? []).toEqual([])
    const [call] = api.callsTo('POST', /^\/admin\/notice-rules$/)
    expect(call?.headers['idempotency-key']).toBe(handle.id)
    expect(call?.body).toEqual({
      source: 'github',
      event: 'workflow_run.*',
      repository: 'example/*',
      branch: 'main',
      severity: 'warning',
      mention: oncall,
      place: { kind: 'channel', id: dev },
    })
  })

  test('to a mail address, and to nowhere', async () => {
    const story = await storyOfRules()
    const { api, alice, mei } = story
    await expect(await rule(story, alice, 'add', { mail: ' dev_team@example.org ' })).toSay(
      /what is told by default → 📧 dev\\?_team\\?@example\.org/,
    )
    await expect(await rule(story, mei, 'add', { nowhere: true, event: 'ping' })).toSay(
      '✅ 從下一則通知開始：事件 ping → 🔕 不通知',
    )
    expect(api.noticeRules.items.map(({ place }) => place)).toEqual([
      { kind: 'mail', id: 'dev_team@example.org' },
      { kind: 'nowhere' },
    ])
  })

  test.each<[what: string, options: OptionValues, words: string]>([
    ['no place', { event: 'ping' }, 'one of `channel`, `mail` and `nowhere`'],
    ['no place but a refused one', { nowhere: false }, 'one of `channel`, `mail` and `nowhere`'],
    ['two places', { channel: ops, nowhere: true }, 'one of `channel`, `mail` and `nowhere`'],
    ['two mentions', { channel: ops, mention: oncall, here: true }, 'Mention one'],
    ['a mention by mail', { mail: 'dev@example.org', here: true }, 'Only a message in a channel can mention'],
  ])('%s is explained without asking the API', async (_what, options, words) => {
    const story = await storyOfRules()
    await expect(await rule(story, story.alice, 'add', options)).toSay(words)
    expect(story.api.callsTo('POST', /notice-rules/)).toEqual([])
  })

  test('a thread that a moderator has locked: what is lacking there', async () => {
    const thread = '400000000000000003'
    const story = await adminStory({
      standIn: {
        channels: [{ id: ops, name: 'ops' }],
        threads: [{ id: thread, name: 'failures', parentId: ops }],
      },
    })
    const open = await (await rule(story, story.alice, 'add', { channel: thread })).settled()
    expect(open.content).not.toContain('lack rights')
    story.standIn.editThread(thread, { locked: true })
    await expect(await rule(story, story.alice, 'add', { channel: thread, event: 'ping' })).toSay(
      'Manage Threads',
    )
  })

  test('everybody is not to be mentioned', async () => {
    const story = await storyOfRules()
    const everyone = story.config.discord.guildId
    await expect(await rule(story, story.alice, 'add', { channel: ops, mention: everyone })).toSay(
      'I don’t mention everybody',
    )
  })

  test.each([
    ['VALIDATION_ERROR', { reason: 'MAIL_ADDRESS_INVALID' }, String.raw`dev\_\@ is no mail address`],
    ['VALIDATION_ERROR', undefined, 'a pattern has 1 to 100 characters'],
    ['CONFLICT', { reason: 'RULE_EXISTS' }, 'exactly this rule already'],
    ['CONFLICT', { reason: 'TOO_MANY_RULES', limit: 100 }, 'There are 100 rules already'],
  ] as const)('refused by the API with %s %o says what to do', async (code, details, words) => {
    const story = await storyOfRules()
    story.api.script('POST', /^\/admin\/notice-rules$/, problem(code, details))
    await expect(await rule(story, story.alice, 'add', { mail: 'dev_@' })).toSay(words)
  })
})

describe('/notices rule list', () => {
  test('without rules says where things go by default, and how to add one', async () => {
    const story = await storyOfRules()
    const { api, alice, mei } = story
    const lines = async (user: Story['alice'], words: string) =>
      (await says(await rule(story, user, 'list'), words)).content.split('\n')
    expect(await lines(alice, 'There are no rules')).toEqual([
      '🧭 **There are no rules, so every notice goes to its default place.**',
      expect.stringMatching(/^To send some of them elsewhere: <\/notices rule add:\d+>\.$/),
      expect.stringContaining('alerts go to nowhere: no channel or address is set for it; everything else'),
    ])
    api.noticeRules.defaults.alertChannelId = ops
    api.noticeRules.defaults.workflowChannelId = dev
    expect((await lines(mei, '目前沒有規則')).at(-1)).toBe(
      `-# 沒有規則指定的：警示送到 <#${ops}>；其他預設會通知的送到 <#${dev}>。`,
    )
  })

  test('a hundred of the longest leaf through pages that fit, each rule once', async () => {
    const story = await storyOfRules()
    const { standIn, api, alice } = story
    const pattern = '*'.repeat(100)
    for (let n = 0; n < 100; n += 1)
      api.noticeRules.items.push(
        noticeRule(`r${n}`, {
          source: 'alertmanager',
          event: pattern,
          repository: pattern,
          branch: pattern,
          severity: 'critical',
          place: { kind: 'mail', id: `${'_'.repeat(60)}@${'x.'.repeat(90)}org` },
        }),
      )
    const handle = await rule(story, alice, 'list')
    const seen: number[] = []
    for (let shown = await says(handle, '100'); ;) {
      expect(shown.content.length).toBeLessThanOrEqual(2_000)
      const numbers = [...shown.content.matchAll(/▫️ \*\*(\d+)\.\*\*/g)].map(([, number]) => Number(number))
      seen.push(...numbers)
      const [, next] = shown.components.flatMap(({ components = [] }) => components)
      if (next?.disabled === true) break
      const last = numbers.at(-1) ?? 0
      shown = await says(await standIn.press(alice, handle, next?.custom_id ?? ''), `**${last + 1}.**`)
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
  })

  test('a page that is not there any more is the last one that is', async () => {
    const story = await storyOfRules()
    const { standIn, api, alice } = story
    const longest = { event: 'x'.repeat(100), place: { kind: 'mail', id: 'y'.repeat(300) } } as const
    for (let n = 0; n < 20; n += 1) api.noticeRules.items.push(noticeRule(`r${n}`, longest))
    const handle = await rule(story, alice, 'list')
    const { components } = await says(handle, 'Page 1 of')
    api.noticeRules.items.splice(1)
    const [, next] = components.flatMap(({ components: inner = [] }) => inner)
    await expect(await standIn.press(alice, handle, next?.custom_id ?? '')).toSay('**1.**')
  })

  test('what is in a pattern does no harm', async () => {
    const story = await storyOfRules()
    story.api.noticeRules.items.push(
      noticeRule('r', {
        event: '`@everyone`\n# <@600000000000000002> [a](http://b)',
        branch: '{{- /help}} $t(crash) \u202Eevil ||x||',
        place: { kind: 'channel', id: ops },
      }),
    )
    const { content, mentions } = await says(await rule(story, story.alice, 'list'), 'Rules about notices: 1')
    expect(content.split('\n')).toHaveLength(3)
    expect(content).not.toMatch(/[^\\]<@6|[^\\]`|[^\\]\|\||\u202E|<\/help/)
    expect(mentions ?? []).toEqual([])
  })
})

describe('/notices rule remove', () => {
  const three: NewNoticeRule[] = [
    { source: 'github', event: 'workflow_run.*', place: { kind: 'channel', id: dev } },
    { repository: 'example/*', severity: 'critical', place: { kind: 'mail', id: 'dev@example.org' } },
    { place: { kind: 'nowhere' } },
  ]
  const storyOfThree = async () => {
    const story = await storyOfRules()
    story.api.noticeRules.items.push(...three.map((one, index) => noticeRule(`id-${index + 1}`, one)))
    return story
  }

  test('offers the rules in words, by what was typed', async () => {
    const story = await storyOfThree()
    expect(await offered(story, 'remove', 'rule', '')).toEqual([
      { name: '1. → #dev: GitHub · workflow_run.*', value: 'id-1' },
      { name: '2. → dev@example.org: example/* · ≥ critical', value: 'id-2' },
      { name: '3. → 🔕 nowhere: what is told by default', value: 'id-3' },
    ])
    expect(await offered(story, 'remove', 'rule', ' EXAMPLE/')).toMatchObject([{ value: 'id-2' }])
  })

  test('offers no more than fits, and nothing to who is no admin', async () => {
    const story = await storyOfRules()
    for (let n = 0; n < 100; n += 1)
      story.api.noticeRules.items.push(
        noticeRule(`r${n}`, { event: '😀'.repeat(50), place: { kind: 'mail', id: 'a'.repeat(300) } }),
      )
    expect(await offered(story, 'remove', 'rule', '')).toHaveLength(25)
    story.api.model.me.isAdmin = false
    expect(await offered(story, 'remove', 'rule', '')).toEqual([])
  })

  test('says which one is gone, by choice or by its number', async () => {
    const story = await storyOfThree()
    const { api, alice } = story
    const chosen = await rule(story, alice, 'remove', { rule: 'id-2' })
    await expect(chosen).toSay(
      String.raw`✅ Removed: repository example/\* · at least critical → 📧 dev@example.org`,
    )
    await expect(await rule(story, alice, 'remove', { rule: '2' })).toSay('→ 🔕 nowhere')
    expect(api.noticeRules.items.map(({ id }) => id)).toEqual(['id-1'])
    expect(api.callsTo('DELETE', /notice-rules\/id-2$/)[0]?.headers['idempotency-key']).toBe(chosen.id)
    for (const named of ['2', 'id-3', 'workflow', '../..'])
      await expect(await rule(story, alice, 'remove', { rule: named })).toSay('There is no such rule')
    api.script('DELETE', /notice-rules/, problem('NOT_FOUND', { reason: 'RULE_NOT_FOUND' }))
    await expect(await rule(story, alice, 'remove', { rule: '1' })).toSay('There is no such rule')
  })
})

describe('/notices rule test', () => {
  const failed = { source: 'github', event: 'workflow_run.failed', branch: 'main' }

  test('shows the places and the rules that name them', async () => {
    const story = await storyOfRules()
    const { api, alice } = story
    api.noticeRules.defaults.alertChannelId = ops
    const says1 = async (options: OptionValues, words: string) =>
      (await says(await rule(story, alice, 'test', options), words)).content.split('\n')
    expect(await says1(failed, 'This would go')).toEqual([
      `🧭 This would go to <#${ops}>.`,
      '-# No rule asks for it: that is its default place.',
    ])
    api.noticeRules.items.push(
      noticeRule('a', { event: 'push', place: { kind: 'channel', id: dev } }),
      noticeRule('b', { branch: 'main', place: { kind: 'channel', id: dev }, mention: oncall }),
      noticeRule('c', { source: 'github', place: { kind: 'mail', id: 'dev@example.org' } }),
    )
    expect(await says1(failed, 'This would go')).toEqual([
      `🧭 This would go to <#${dev}>, 📧 dev@example.org.`,
      '-# Asked for by:',
      `▫️ **2.** branch main → <#${dev}>, mentions <@&${oncall}>`,
      `▫️ **3.** GitHub → 📧 dev@example.org`,
    ])
    const alert = { source: 'alertmanager', event: 'alert.firing', branch: 'main', severity: 'critical' }
    expect(await says1(alert, 'This would go')).toContain(`🧭 This would go to <#${dev}> (<@&${oncall}>).`)
    api.noticeRules.items.push(noticeRule('d', { event: '*', place: { kind: 'nowhere' } }))
    expect(await says1(failed, 'nowhere')).toContain('🔕 This would go nowhere: a rule says so.')
  })

  test('says why something would go nowhere', async () => {
    const story = await storyOfRules()
    const { alice, mei } = story
    await expect(await rule(story, alice, 'test', failed)).toSay('no default channel is set')
    await expect(await rule(story, mei, 'test', { source: 'github', event: 'push' })).toSay(
      '預設不通知這個事件',
    )
    await expect(await rule(story, alice, 'test', { source: 'guildpost', event: '**fire**' })).toSay(
      String.raw`I know no alert of my own called \*\*fire\*\*`,
    )
  })
})

const item = (more: Partial<OutboxItem> = {}): OutboxItem => ({
  id: '00000000-0000-4000-8000-000000000001',
  type: 'message',
  kind: 'alert',
  about: 'The directory is **away**',
  to: { kind: 'channel', id: dev },
  state: 'failed',
  attempts: 1,
  error: 'Missing Access (403)',
  canResend: true,
  createdAt: '2026-01-02T03:04:00.000Z',
  failedAt: '2026-01-02T03:04:05.000Z',
  ...more,
})
const failing = ({ api }: Story, items: OutboxItem[], nextCursor: string | null = null) =>
  api.script('GET', /^\/admin\/outbox\?/, { status: 200, body: { items, nextCursor } })
const notices = ({ standIn }: Story, user: Story['alice'], subcommand: string) =>
  standIn.slash(user, 'notices', {}, { subcommand })

describe('what could not be delivered', () => {
  test('is shown with where it was to go and why it did not, and sent again by a button', async () => {
    const story = await storyOfRules()
    const { standIn, api, alice } = story
    failing(story, [
      item(),
      item({ kind: 'change-ended', about: null, to: { kind: 'member', id: alice.id }, error: null }),
      item({ kind: 'link.code', about: null, to: { kind: 'mail', id: 'bob@example.org' }, canResend: false }),
    ])
    const handle = await notices(story, alice, 'failed')
    const reply = await says(handle, 'Could not be delivered: 3')
    expect(reply.flags & 64).toBe(64)
    expect(reply.mentions ?? []).toEqual([])
    expect(reply.content.split('\n').slice(1)).toEqual([
      String.raw`▫️ <t:1767323045:R> → <#${dev}>: The directory is \*\*away\*\*`,
      expect.stringContaining('Missing Access') as string,
      `▫️ <t:1767323045:R> → <@${alice.id}>: change-ended`,
      '-# ?',
      expect.stringContaining('Can’t be sent again') as string,
      expect.stringContaining('Missing Access') as string,
      expect.stringMatching(/<\/notices resend:\d+> sends them again/) as string,
    ])
    api.script('POST', /^\/admin\/outbox\/resend$/, { status: 200, body: { resent: 2 } })
    const [button] = reply.components.flatMap(({ components = [] }) => components)
    await expect(await standIn.press(alice, handle, button?.custom_id ?? '')).toSay('On their way again: 2')
  })

  test.each([10, 25, 40, 55, 500])(
    'with words of %i letters it fits into one message, in whole lines',
    async (length) => {
      const story = await storyOfRules()
      const long = { about: '*'.repeat(length), error: '_'.repeat(2 * length) }
      failing(
        story,
        Array.from({ length: 10 }, () => item(long)),
        'more',
      )
      const { content } = await says(await notices(story, story.mei, 'failed'), '最新的 10 則')
      expect(content.length).toBeLessThanOrEqual(2_000)
      expect(content).toMatch(/<\/notices resend:\d+>[^\n]*$/)
      expect(content.match(/^▫️/gmu)?.length).toBe(content.match(/^-#/gmu)?.length)
    },
  )

  test('what can’t be sent again has no button for it', async () => {
    const story = await storyOfRules()
    failing(story, [item({ kind: 'link.code', about: null, canResend: false })])
    const reply = await says(await notices(story, story.alice, 'failed'), 'Can’t be sent again')
    expect(reply.components).toEqual([])
  })

  test('is nothing, or nothing any more', async () => {
    const story = await storyOfRules()
    const { api, alice } = story
    failing(story, [])
    await expect(await notices(story, alice, 'failed')).toSay('everything could be delivered')
    api.script('POST', /^\/admin\/outbox\/resend$/, { status: 200, body: { resent: 0 } })
    await expect(await notices(story, alice, 'resend')).toSay('nothing failed in the last 7 days')
    api.script('POST', /^\/admin\/outbox\/resend$/, { status: 200, body: { resent: 12 } })
    const handle = await notices(story, alice, 'resend')
    await expect(handle).toSay('On their way again: 12')
    expect(api.callsTo('POST', /outbox/).at(-1)?.headers['idempotency-key']).toBe(handle.id)
  })
})

describe('events', () => {
  test('are offered by source and by what was typed, with patterns for a rule', async () => {
    const story = await storyOfRules()
    const values = async (...asked: [subcommand: string, typed: string, source?: string]) => {
      const [subcommand, typed, source] = asked
      const options: OptionValues = source === undefined ? {} : { source }
      return (await offered(story, subcommand, 'event', typed, options)).map(({ value }) => value)
    }
    expect(await values('add', 'workflow', 'github')).toContain('workflow_run.*')
    expect(await values('test', 'workflow', 'github')).not.toContain('workflow_run.*')
    expect(await values('test', 'workflow', 'github')).toContain('workflow_run.failed')
    expect(await values('test', '', 'alertmanager')).toEqual(['alert.firing', 'alert.resolved'])
    expect(await values('add', 'audit')).toEqual(['audit-broken'])
    expect(await values('add', '')).toHaveLength(25)
    expect(await values('add', 'no such thing')).toEqual([])
  })
})

test('for admins only, and /help names it', async () => {
  const story = await tellStory()
  for (const [subcommand, options] of [
    ['list', {}],
    ['add', { nowhere: true }],
    ['remove', { rule: '1' }],
    ['test', { source: 'github', event: 'push' }],
  ] as const)
    await expect(await rule(story, story.alice, subcommand, options)).toSay('You may not do that')
  for (const subcommand of ['failed', 'resend'])
    await expect(await story.standIn.slash(story.alice, 'notices', {}, { subcommand })).toSay(
      'You may not do that',
    )
  await expect(await story.standIn.slash(story.alice, 'help')).toSay(/<\/notices rule list:\d+>/)
})
