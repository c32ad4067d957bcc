import { describe, expect, it } from 'vitest'
import type { Card } from '../../domain/contracts/card.ts'
import type { GithubFacts, PushFacts, WorkflowFacts } from '../../domain/contracts/github-facts.ts'
import { readPayload } from '../../domain/rules/github/read-payload.ts'
import { cardOf } from '../../texts/notices/card-of.ts'
import { type Locale, locales } from '../../texts/translate.ts'
import { runPayload } from '../api/hooks/github-hook.ts'
import { webhookExamples } from '../api/hooks/webhook-examples.ts'

const card = (facts: GithubFacts, locale: Locale): Card =>
  cardOf(
    { facts, state: 'resolved', severity: 'info', count: 1, beganAt: new Date(0), happenedAt: new Date(0) },
    locale,
  )

const workflow: WorkflowFacts = {
  kind: 'github-workflow',
  repository: 'octo-org/site',
  workflow: 'CI',
  branch: 'main',
  tells: 'failing',
  run: {
    number: 4,
    attempt: 1,
    url: 'https://github.com/octo-org/site/actions/runs/1',
    outcome: 'failed',
    conclusion: 'failure',
    trigger: 'push',
    tookS: 3_725,
    commit: { sha: 'a1b2c3d', message: 'Break *it*', author: 'Mona_Lisa' },
  },
  failures: 3,
  failingSince: '2026-01-05T09:00:00.000Z',
  fixedBy: null,
}

describe.each(locales)('in %s', (locale) => {
  it('words every example of GitHub’s own collection that is told', () => {
    const cards = webhookExamples.flatMap(({ event, payload }) => {
      const said = readPayload(event, payload, new Date())
      if (typeof said === 'string') return []
      const facts: GithubFacts = 'run' in said ? { ...workflow, ...said } : said.facts
      return [card(facts, locale)]
    })
    expect(cards.length).toBeGreaterThan(100)
    for (const { title, text, fields, plain } of cards) {
      expect(title).not.toBe('')
      expect(plain.subject).not.toBe('')
      for (const said of [title, text, plain.text])
        expect(said).not.toMatch(/undefined|null|\{\{|github\.\w+\./)
      for (const { name, value } of fields) expect([name, value]).not.toContain('')
    }
  })
})

it('puts Markdown of others out of action in Discord, and leaves it as it is in a mail', () => {
  const { fields, plain } = card(workflow, 'en')
  expect(fields.find(({ name }) => name === 'Commit')?.value).toBe(String.raw`${'`a1b2c3d`'} Break \*it\*`)
  expect(fields.find(({ name }) => name === 'Author')?.value).toBe(String.raw`Mona\_Lisa`)
  expect(plain.text).toContain('Commit: `a1b2c3d` Break *it*')
  expect(plain.text).toContain('Failing since 2026-01-05 09:00 UTC.')
  expect(plain.text).toContain('https://github.com/octo-org/site/actions/runs/1')
})

it('says the same in Chinese', () => {
  const { title, text, fields } = card(workflow, 'zh-TW')
  expect(title).toBe('❌ CI 在 main 仍然失敗：連續 3 次')
  expect(text).toBe('第 4 次執行失敗；執行頁面會顯示是哪個步驟。\n從 <t:1767603600:f> 開始失敗。')
  expect(fields).toContainEqual({ name: '耗時', value: '1 小時 2 分', inline: true })
})

it.each([
  ['timed_out', 'Run 4 took too long, so GitHub stopped it.'],
  ['startup_failure', 'Run 4 could not begin: look for a mistake in the file of the workflow.'],
])('says why a run failed: %s', (conclusion, sentence) => {
  const { text } = card({ ...workflow, failures: 1, run: { ...workflow.run, conclusion } }, 'en')
  expect(text).toBe(sentence)
})

const push: PushFacts = {
  kind: 'github-push',
  repository: 'octo-org/site',
  branch: null,
  tag: 'release_1',
  did: 'created',
  by: 'octo_cat',
  url: null,
  commits: [],
  count: 0,
}

it('escapes what is in a title once', () => {
  expect(card(push, 'en').title).toBe(String.raw`🌱 octo\_cat made the tag release\_1`)
  expect(card(push, 'zh-TW').title).toBe(String.raw`🌱 octo\_cat 建立了 標籤 release\_1`)
  const branch = card({ ...push, branch: 'next_one', tag: null }, 'en')
  expect([branch.title, branch.plain.subject]).toEqual([
    String.raw`🌱 octo\_cat made next\_one`,
    '🌱 octo_cat made next_one',
  ])
})

it('says which run mended it, with its address or without', () => {
  const over = { ...workflow, tells: 'over' } as const
  const url = 'https://github.com/octo-org/site/actions/runs/7'
  const text = (fixedBy: WorkflowFacts['fixedBy'], locale: Locale) => card({ ...over, fixedBy }, locale).text
  expect(text({ number: 7, url }, 'en')).toBe(`Fixed by run 7: ${url}`)
  expect(text({ number: 7, url: null }, 'en')).toBe('Fixed by run 7.')
  expect(text({ number: 7, url }, 'zh-TW')).toBe(`由第 7 次執行修復：${url}`)
  expect(text({ number: 7, url: null }, 'zh-TW')).toBe('由第 7 次執行修復。')
})

it.each(['neutral', 'stale', 'completed', 'skipped', 'action_required'])(
  'has words of its own for a run that ends as %s',
  (outcome) => {
    const { title } = card({ ...workflow, tells: 'run', run: { ...workflow.run, outcome } }, 'zh-TW')
    expect(title).toMatch(/^\S+ CI 在 main \p{Script=Han}+/u)
  },
)

const tookOf = (action: string) => {
  const said = readPayload('workflow_run', runPayload({ number: 1, action, conclusion: null }), new Date())
  if (typeof said === 'string' || !('run' in said)) throw new Error('it did not fit')
  const { fields } = card({ ...workflow, ...said, tells: 'run' }, 'en')
  return fields.find(({ name }) => name === 'Took')?.value
}

it('says how long a run took when it has ended, not before', () => {
  expect(tookOf('completed')).toBe('3 min 20 s')
  expect([tookOf('requested'), tookOf('in_progress')]).toEqual([undefined, undefined])
})
