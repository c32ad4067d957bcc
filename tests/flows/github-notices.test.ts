import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runPayload } from '../api/hooks/github-hook.ts'
import { webhookExamples } from '../api/hooks/webhook-examples.ts'
import { type GithubChannel, openGithubChannel, type Shown } from './github-channel.ts'

const supported = ['workflow_run', 'pull_request', 'issues', 'release', 'push', 'ping']
const run = (id: number) => `https://github.com/octo-org/site/actions/runs/${id}`

let channel: GithubChannel

beforeAll(async () => {
  channel = await openGithubChannel()
})
beforeEach(async () => {
  await channel.startAnew()
})
afterAll(() => {
  if (channel.discord.violations.length > 0)
    throw new Error(`Discord would refuse this: ${JSON.stringify(channel.discord.violations)}`)
})

const shown = () => channel.shown()
const titles = () => shown().map(({ title }) => title)
const tellRun = async (...[options]: Parameters<typeof runPayload>) =>
  channel.tell('workflow_run', runPayload(options))

const examplesOf = (event: string) =>
  webhookExamples.filter((example) => example.event === event).map(({ payload }) => payload)

/** Delivers each as if it were the only one there ever was, and gives the message that came of each. */
async function toldAlone(event: string, payloads: readonly object[]): Promise<Shown[][]> {
  const messages = []
  for (const payload of payloads) {
    await channel.startAnew()
    await channel.tellEverything()
    expect(await channel.tell(event, payload)).toBe('told')
    messages.push(shown())
  }
  return messages
}

describe('examples of GitHub’s own collection', () => {
  it.each(supported)(
    'each of %s gives a message that Discord takes, where a rule asks for it',
    async (event) => {
      const payloads = examplesOf(event)
      const messages = await toldAlone(event, payloads)
      expect(messages.length).toBeGreaterThan(3)
      for (const shown of messages) {
        expect(shown).toHaveLength(1)
        expect(shown[0]?.title).not.toMatch(/undefined|null|\{\{|github\./)
      }
    },
  )

  it.each(['failure', 'timed_out', 'startup_failure'])(
    'each of workflow_run that ends with %s, too',
    async (conclusion) => {
      const failed = examplesOf('workflow_run').map((payload) => ({
        ...payload,
        action: 'completed',
        workflow_run: { ...(payload['workflow_run'] as object), conclusion },
      }))
      for (const message of await toldAlone('workflow_run', failed))
        expect(message).toMatchObject([
          { title: expect.stringContaining('failed on') as string, colour: 0xd73a49 },
        ])
    },
  )
})

describe('a workflow', () => {
  it('fails, still fails, and works again', async () => {
    await tellRun({ number: 1, message: 'Break it\n\nOn purpose.', author: 'Mona Lisa' })
    expect(shown()).toEqual([
      {
        title: '❌ CI failed on main',
        url: run(7001),
        text: 'Run 1 failed; its page says at which step.',
        fields: {
          Repository: 'octo-org/site',
          Branch: 'main',
          Commit: '`a1b2c3d` Break it',
          Author: 'Mona Lisa',
          'Started by': 'push',
          Took: '3 min 20 s',
        },
        colour: 0xd73a49,
      },
    ])
    const since = Date.UTC(2026, 0, 5, 9, 11) / 1000
    await tellRun({ number: 2 })
    expect(shown()).toMatchObject([
      {
        title: '❌ CI still fails on main: 2 times in a row',
        url: run(7002),
        text: `Run 2 failed; its page says at which step.\nFailing since <t:${since}:f>.`,
      },
    ])
    await tellRun({ number: 3, conclusion: 'success' })
    expect(shown()).toMatchObject([
      {
        title: '☑️ CI failed on main 2 times in a row; it works again',
        url: run(7002),
        text: `Fixed by run 3: ${run(7003)}`,
        colour: 0x6a737d,
      },
      {
        title: '✅ CI works again on main',
        url: run(7003),
        text: `It had failed 2 times in a row since <t:${since}:f>.`,
        colour: 0x2cbe4e,
      },
    ])
    await tellRun({ number: 4, conclusion: 'success' })
    expect(shown()).toHaveLength(2)
    await tellRun({ number: 5 })
    expect(titles()).toEqual([
      '☑️ CI failed on main 2 times in a row; it works again',
      '✅ CI works again on main',
      '❌ CI failed on main',
    ])
  })

  it('that works again is told once in the channel that a rule names for it', async () => {
    const others = channel.anotherChannel()
    await channel.ruleFor('workflow_run.fixed', others)
    await tellRun({ number: 1 })
    await tellRun({ number: 2, conclusion: 'success' })
    expect(titles()).toEqual(['☑️ CI failed on main; it works again'])
    expect(channel.shown(others).map(({ title }) => title)).toEqual(['✅ CI works again on main'])
  })

  it('is told for each branch and each workflow apart', async () => {
    await tellRun({ number: 1, branch: 'main' })
    await tellRun({ number: 2, branch: 'next' })
    await tellRun({ number: 1, branch: 'main', workflowId: 8, name: 'Docs' })
    await tellRun({ number: 3, branch: 'next', conclusion: 'success' })
    await tellRun({ number: 4, branch: 'main' })
    expect(titles()).toEqual([
      '❌ CI still fails on main: 2 times in a row',
      '☑️ CI failed on next; it works again',
      '❌ Docs failed on main',
      '✅ CI works again on next',
    ])
  })

  it('is fixed by a second attempt', async () => {
    await tellRun({ number: 1 })
    await tellRun({ number: 1, attempt: 2, conclusion: 'success' })
    expect(titles()).toEqual(['☑️ CI failed on main; it works again', '✅ CI works again on main'])
  })

  it('goes by the numbers of runs, in whatever order they are told and end', async () => {
    await tellRun({ number: 3 })
    expect(await tellRun({ number: 2, conclusion: 'success' })).toBe('ignored')
    expect(await tellRun({ number: 2, attempt: 9, conclusion: 'success' })).toBe('ignored')
    expect(titles()).toEqual(['❌ CI failed on main'])
    // It ended before the one that failed, and began after it.
    await tellRun({ number: 4, conclusion: 'success', endedAtMin: 1 })
    expect(titles()).toEqual(['☑️ CI failed on main; it works again', '✅ CI works again on main'])
    expect(await tellRun({ number: 3, attempt: 2 })).toBe('ignored')
    expect(shown()).toHaveLength(2)
  })

  it.each(['cancelled', 'skipped', 'neutral', 'stale', 'action_required'])(
    'stays as it is when a run is %s',
    async (conclusion) => {
      await tellRun({ number: 1, conclusion })
      expect(shown()).toEqual([])
      await tellRun({ number: 2 })
      await tellRun({ number: 3, conclusion })
      await tellRun({ number: 4, conclusion: null, action: 'requested' })
      await tellRun({ number: 5, conclusion: null, action: 'in_progress' })
      expect(titles()).toEqual(['❌ CI failed on main'])
      await tellRun({ number: 3, attempt: 2, conclusion: 'success' })
      expect(titles()).toEqual(['☑️ CI failed on main; it works again', '✅ CI works again on main'])
    },
  )

  it('is told once however often it is delivered, also under new ids', async () => {
    const payload = runPayload({ number: 1 })
    const id = { 'x-github-delivery': 'the-same' }
    const outcomes = [
      await channel.tell('workflow_run', payload, id),
      await channel.tell('workflow_run', payload, id),
      await channel.tell('workflow_run', payload),
    ]
    expect(outcomes).toEqual(['told', 'known', 'known'])
    await tellRun({ number: 2, conclusion: 'success' })
    expect(await channel.tell('workflow_run', payload)).toBe('known')
    expect(titles()).toEqual(['☑️ CI failed on main; it works again', '✅ CI works again on main'])
  })

  it('of a fork is another than ours, though the branch has the same name', async () => {
    await tellRun({ number: 1 })
    await tellRun({ number: 2, conclusion: 'success', fork: { id: 99, owner: 'stranger' } })
    await tellRun({ number: 3, fork: { id: 99, owner: 'stranger' } })
    expect(titles()).toEqual(['❌ CI failed on main', '❌ CI failed on stranger:main'])
  })

  it('shows a run from its beginning to its end where a rule asks for it', async () => {
    await channel.tellEverything()
    await tellRun({ number: 1, action: 'requested', conclusion: null, endedAtMin: 1 })
    expect(titles()).toEqual(['⏳ CI waits to run on main'])
    await tellRun({ number: 1, action: 'in_progress', conclusion: null, endedAtMin: 2 })
    expect(titles()).toEqual(['⏳ CI runs on main'])
    await tellRun({ number: 1, endedAtMin: 3 })
    expect(titles()).toEqual(['❌ CI failed on main', '❌ CI failed on main'])
  })

  it('shows the end of a run that a newer one overtook, where it is shown', async () => {
    await channel.tellEverything()
    await tellRun({ number: 5, action: 'in_progress', conclusion: null, endedAtMin: 1 })
    await tellRun({ number: 6, conclusion: 'success', endedAtMin: 2 })
    expect(await tellRun({ number: 5, conclusion: 'success', endedAtMin: 3 })).toBe('told')
    expect(titles()).toEqual(['✅ CI succeeded on main', '✅ CI succeeded on main'])
  })

  it('that fails mentions nobody and puts nothing of others into Markdown', async () => {
    const hostile = '@everyone <@&1> [x](http://evil.example) `code` **bold** ||x|| # y'
    await tellRun({ number: 1, name: hostile, branch: hostile, author: hostile, message: hostile })
    const [message] = channel.messages()
    expect(message?.mention_everyone).toBe(false)
    const [one] = shown()
    const said = [one?.title, ...Object.values(one?.fields ?? {})].join('\n').replace('`a1b2c3d`', '')
    expect(said).not.toMatch(/(?<!\\)[*|`[\]<]/)
    expect(said).not.toMatch(/(?<!\\)@everyone/)
  })

  it('whose names are endless, or cut in the middle of an emoji, is told all the same', async () => {
    for (const [at, long] of ['x'.repeat(5000), '😀'.repeat(2500), `x${'👩‍👩‍👧‍👦'.repeat(600)}`].entries()) {
      await tellRun({
        number: at + 1,
        workflowId: 20 + at,
        name: long,
        branch: long,
        author: long,
        message: long,
      })
      const one = shown().at(-1)
      expect(one?.title.length).toBeLessThanOrEqual(256)
      expect(JSON.stringify(one)).not.toMatch(/\\ud[89a-f]/i)
    }
    expect(shown()).toHaveLength(3)
  })
})

const repository = { id: 1, full_name: 'octo-org/site', default_branch: 'main' }
const octocat = { login: 'octocat' }

function pull(action: string, minute: number, more: Record<string, unknown> = {}) {
  return {
    action,
    repository,
    sender: octocat,
    pull_request: {
      number: 12,
      title: 'Add *stars*',
      html_url: 'https://github.com/octo-org/site/pull/12',
      state: 'open',
      user: octocat,
      head: { ref: 'stars', label: 'octo-org:stars', repo: { id: 1 } },
      base: { ref: 'main', label: 'octo-org:main' },
      updated_at: new Date(Date.UTC(2026, 0, 5, 9, minute)).toISOString(),
      commits: 2,
      additions: 10,
      deletions: 3,
      changed_files: 4,
      ...more,
    },
  }
}

describe('a pull request', () => {
  it('is one message that says how it is by now', async () => {
    await channel.tell('pull_request', pull('opened', 1))
    expect(shown()).toEqual([
      {
        title: String.raw`🟢 Pull request #12: Add \*stars\*`,
        url: 'https://github.com/octo-org/site/pull/12',
        text: 'octocat would like to merge stars into main.',
        fields: { Repository: 'octo-org/site', Changes: '+10 −3; files: 4, commits: 2' },
        colour: 0x2cbe4e,
      },
    ])
    await channel.tell('pull_request', pull('synchronize', 2, { commits: 3 }))
    expect(shown()[0]?.fields['Changes']).toBe('+10 −3; files: 4, commits: 3')
    const merged = { state: 'closed', merged: true, merged_by: { login: 'mona' } }
    await channel.tell('pull_request', pull('closed', 4, merged))
    expect(shown()).toMatchObject([
      { title: String.raw`🟣 Merged #12: Add \*stars\*`, text: 'mona merged stars into main.' },
    ])
    // Older than what is shown.
    await channel.tell('pull_request', pull('edited', 3))
    expect(shown()).toMatchObject([{ title: String.raw`🟣 Merged #12: Add \*stars\*` }])
  })

  it('begins no message with what is minor', async () => {
    for (const action of ['labeled', 'synchronize', 'assigned', 'edited'])
      expect(await channel.tell('pull_request', pull(action, 1))).toBe('ignored')
    expect(shown()).toEqual([])
  })

  it('is told where a rule asks for what became of it, too, and edited in both', async () => {
    const [others, { workflowChannelId }] = [channel.anotherChannel(), channel.api.context.settings]
    await channel.ruleFor('pull_request.merged', others)
    await channel.tell('pull_request', pull('opened', 1))
    expect(channel.shown(others)).toEqual([])
    const merged = { state: 'closed', merged: true, merged_by: { login: 'mona' } }
    await channel.tell('pull_request', pull('closed', 2, merged))
    await channel.tell('pull_request', pull('edited', 3, { ...merged, title: 'Add moons' }))
    for (const id of [workflowChannelId, others])
      expect(channel.shown(id).map(({ title }) => title)).toEqual(['🟣 Merged #12: Add moons'])
  })

  it('is the same message after it was closed and opened again', async () => {
    await channel.tell('pull_request', pull('opened', 1))
    await channel.tell('pull_request', pull('closed', 2, { state: 'closed', merged: false }))
    expect(titles()).toEqual([String.raw`🔴 Closed #12: Add \*stars\*`])
    await channel.tell('pull_request', pull('reopened', 3))
    expect(titles()).toEqual([String.raw`🟢 Pull request #12: Add \*stars\*`])
  })
})

const push = (more: Record<string, unknown>) => ({
  ref: 'refs/heads/main',
  before: '1'.repeat(40),
  after: '2'.repeat(40),
  compare: 'https://github.com/octo-org/site/compare/1...2',
  commits: [{ id: 'c0ffee0'.padEnd(40, '0'), message: 'Wake up', author: { name: 'Mona Lisa' } }],
  pusher: { name: 'octocat' },
  sender: octocat,
  repository: { ...repository, pushed_at: 1_767_600_000 },
  ...more,
})

describe('a push', () => {
  it('is news when it rewrites or deletes the default branch, and else not', async () => {
    await channel.tell('push', push({}))
    await channel.tell('push', push({ ref: 'refs/heads/topic', forced: true }))
    await channel.tell('push', push({ ref: 'refs/tags/main', deleted: true }))
    expect(shown()).toEqual([])
    await channel.tell('push', push({ forced: true }))
    await channel.tell('push', push({ deleted: true, commits: [] }))
    expect(titles()).toEqual(['⚠️ octocat pushed to main by force', '🗑️ octocat deleted main'])
    expect(shown()[0]?.text).toContain('`c0ffee0` Wake up')
  })
})

describe('a link of a payload', () => {
  it.each(['javascript:alert(1)', 'not a link', 'ftp://example.org/', 'https://'])(
    'that is %j leads nowhere',
    async (htmlUrl) => {
      await channel.tell('pull_request', pull('opened', 1, { html_url: htmlUrl }))
      expect(shown()).toMatchObject([{ url: null }])
    },
  )
})

it('of a webhook that was set up is told, and no second time by another message', async () => {
  const ping = { zen: 'Keep it *simple*.', hook_id: 5, hook: { events: ['push', 'issues'] }, repository }
  await channel.tell('ping', ping)
  await channel.tell('ping', { ...ping, zen: 'Again.' })
  expect(shown()).toMatchObject([
    { title: '👋 GitHub can be heard here now: octo-org/site', fields: { Events: 'push, issues' } },
  ])
})
