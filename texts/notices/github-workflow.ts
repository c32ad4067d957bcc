import type { Card } from '../../domain/contracts/card.ts'
import type { RunFacts, WorkflowFacts } from '../../domain/contracts/github-facts.ts'
import { commitLine, fieldsOf, type Said, type Voice } from './github-voice.ts'

/** A workflow that fails, did, or works again; or what came of one run. It leads to that run. */
export function workflowSaid(facts: WorkflowFacts, voice: Voice): Said {
  const { run, repository } = facts
  const { commit } = run
  return {
    title: titleOf(facts, voice),
    url: run.url,
    lines: linesOf(facts, voice),
    fields: fieldsOf(voice, {
      repository: voice.words(repository),
      branch: voice.words(facts.branch ?? ''),
      commit: commit === null ? null : commitLine(voice, commit),
      author: voice.words(commit?.author ?? ''),
      trigger: voice.words(run.trigger),
      took: run.tookS === null ? null : duration(run.tookS, voice),
    }),
    colour: colourOf(facts),
  }
}

function titleOf(
  { tells, workflow, branch: name, failures: count, run }: WorkflowFacts,
  { say }: Voice,
): string {
  const branch = name ?? run.commit?.sha ?? '?'
  const isRepeated = count > 1
  switch (tells) {
    case 'failing':
      return isRepeated
        ? say('github.workflow.failing', { workflow, branch, count })
        : say('github.workflow.failed', { workflow, branch })
    case 'over':
      return isRepeated
        ? say('github.workflow.overAfter', { workflow, branch, count })
        : say('github.workflow.over', { workflow, branch })
    case 'fixed':
      return say('github.workflow.fixed', { workflow, branch })
    case 'run':
      return isWorded(run.outcome)
        ? say(`github.workflow.${run.outcome}`, { workflow, branch })
        : say('github.workflow.ended', { workflow, branch, outcome: run.outcome })
  }
}

const worded = [
  'failed',
  'succeeded',
  'cancelled',
  'skipped',
  'action_required',
  'requested',
  'in_progress',
  'completed',
  'neutral',
  'stale',
] as const
const isWorded = (outcome: string): outcome is (typeof worded)[number] =>
  (worded as readonly string[]).includes(outcome)

function linesOf(facts: WorkflowFacts, voice: Voice): string[] {
  const { tells, run, failures: count, failingSince, fixedBy } = facts
  const { say, when, link } = voice
  const since = failingSince === null ? null : { when: when(failingSince) }
  if (tells === 'fixed' && since !== null)
    return [count > 1 ? say('github.fixed.afterSome', { ...since, count }) : say('github.fixed.after', since)]
  if (tells === 'over' && fixedBy !== null)
    return [
      fixedBy.url === null
        ? say('github.over.by', { number: fixedBy.number })
        : say('github.over.byWithLink', { number: fixedBy.number, url: link(fixedBy.url) }),
    ]
  if (tells === 'fixed' || run.outcome !== 'failed') return []
  return [whyOf(run, voice), ...(count > 1 && since !== null ? [say('github.failing.since', since)] : [])]
}

function whyOf({ number, attempt, conclusion }: RunFacts, { say }: Voice): string {
  const run = attempt > 1 ? say('github.runAgain', { number, attempt }) : say('github.run', { number })
  const key = conclusion === 'timed_out' || conclusion === 'startup_failure' ? conclusion : 'failure'
  return say(`github.failed.${key}`, { run })
}

function duration(tookS: number, { say }: Voice): string {
  const seconds = tookS % 60
  const minutes = Math.floor(tookS / 60)
  if (minutes === 0) return say('github.took.seconds', { seconds })
  if (minutes < 60) return say('github.took.minutes', { minutes, seconds })
  return say('github.took.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

function colourOf({ tells, run: { outcome } }: WorkflowFacts): Card['colour'] {
  if (tells === 'over') return 'grey'
  if (tells === 'failing' || outcome === 'failed') return 'red'
  if (outcome === 'succeeded') return 'green'
  return outcome === 'requested' || outcome === 'in_progress' ? 'blue' : 'grey'
}
