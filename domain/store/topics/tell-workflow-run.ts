import type { GithubNews, WorkflowFacts, WorkflowRun } from '../../contracts/github-facts.ts'
import { judgeRun, type Verdict, type WorkflowState } from '../../rules/github/judge-run.ts'
import { githubSeverity } from '../../rules/notice-events.ts'
import { rows, type Transaction } from '../database.ts'
import { type KnownWorkflow, keepWorkflow, lockWorkflow } from './lock-workflow.ts'
import { type News, type Telling, tellTopic } from './tell-topic.ts'

/**
 * Tells what a run means: a workflow that fails is one notice, edited by each further failure and when it is over, and that it works
 * again is another. `isAgain`: it came before, and nobody wanted to hear it. Whether anything was told.
 */
export async function tellWorkflowRun(
  tx: Transaction,
  run: WorkflowRun,
  telling: Telling,
  { isAgain = false }: { isAgain?: boolean } = {},
): Promise<boolean> {
  const known = await lockWorkflow(tx, run.key)
  const verdict = isAgain && isNewest(run, known) ? judgeAgain(run, known) : judgeRun(known, run)
  switch (verdict.is) {
    case 'stale':
      return renewRun(tx, run, telling)
    case 'quiet':
      return tellRun(tx, run, telling)
    case 'fine':
      await keepWorkflow(tx, run.key, { ...verdict.after, topicId: null })
      return tellRun(tx, run, telling)
    case 'failing': {
      const topicId = await tellFailing(tx, run, { known, after: verdict.after }, telling)
      await keepWorkflow(tx, run.key, { ...verdict.after, topicId })
      await renewRun(tx, run, telling)
      return topicId !== null
    }
    case 'fixed': {
      const isOver = known !== null && (await tellOver(tx, run, known, telling))
      await keepWorkflow(tx, run.key, { ...verdict.after, topicId: null })
      // Who reads mail has it already, as the end of the failure.
      const toldElsewhere = isOver ? (['mail'] as const) : []
      const fixed = { ...asNews(run, known, { tells: 'fixed', key: null }), toldElsewhere }
      const told = await tellTopic(tx, fixed, telling)
      await renewRun(tx, run, telling)
      return told !== null
    }
  }
}

const isNewest = (
  { run: { number, attempt } }: WorkflowRun,
  known: KnownWorkflow | null,
): known is KnownWorkflow => known?.runNumber === number && known.runAttempt === attempt

/** The run by which the workflow is known already: it is told without being counted again. */
function judgeAgain({ run: { outcome } }: WorkflowRun, known: KnownWorkflow): Verdict {
  if (outcome === 'failed') return { is: known.topicId === null ? 'failing' : 'stale', after: known }
  return outcome === 'succeeded' ? { is: 'fine', after: known } : { is: 'quiet' }
}

/** One run for itself: told only where a rule asks for such events by name. */
async function tellRun(
  tx: Transaction,
  run: WorkflowRun,
  telling: Telling,
  toldElsewhere: News['toldElsewhere'] = [],
): Promise<boolean> {
  const news = asNews(run, null, { tells: 'run', key: run.runKey })
  const told = await tellTopic(tx, { ...news, isNews: false, goesOn: true, toldElsewhere }, telling)
  return told !== null
}

/** A run that was told for itself as it began ends there, too, and there only. Whether there is one. */
async function renewRun(tx: Transaction, run: WorkflowRun, telling: Telling): Promise<boolean> {
  const [begun] = await rows(tx, `select id from topic where source = 'github' and key = :key limit 1`, {
    key: run.runKey,
  })
  return begun !== undefined && (await tellRun(tx, run, telling, ['channel', 'mail']))
}

async function tellFailing(
  tx: Transaction,
  run: WorkflowRun,
  { known, after }: { known: KnownWorkflow | null; after: WorkflowState },
  telling: Telling,
): Promise<string | null> {
  const before = await readTold(tx, known)
  const news = asNews(run, after, { tells: 'failing', key: run.key })
  const told = await tellTopic(
    tx,
    { ...news, happenedAt: later(run.happenedAt, before?.happenedAt) },
    telling,
  )
  return told?.id ?? null
}

/** The notice of a failure says that it is over; it leads to the run that failed, as before. Whether there is one. */
async function tellOver(
  tx: Transaction,
  run: WorkflowRun,
  known: KnownWorkflow,
  telling: Telling,
): Promise<boolean> {
  const before = await readTold(tx, known)
  if (before === null) return false
  const { number, url } = run.run
  const over = await tellTopic(
    tx,
    {
      ...asNews(run, known, { tells: 'over', key: run.key }),
      facts: { ...before.facts, tells: 'over', fixedBy: { number, url } },
      happenedAt: later(run.happenedAt, before.happenedAt),
      endsOnly: true,
      // Channels that don't show it are told of the fix alone.
      toldElsewhere: ['channel'],
    },
    telling,
  )
  return over !== null
}

type Told = { facts: WorkflowFacts; happenedAt: Date }

async function readTold(tx: Transaction, known: KnownWorkflow | null): Promise<Told | null> {
  if (known === null || known.topicId === null) return null
  const [told] = await rows<Told>(tx, 'select facts, happened_at from topic where id = :topicId', {
    topicId: known.topicId,
  })
  return told ?? null
}

/** Runs count by their numbers: the newer one is told even if it ended first. */
const later = (one: Date, other: Date | undefined): Date => (other !== undefined && other > one ? other : one)

function asNews(
  { repository, workflow, branch, run, happenedAt }: WorkflowRun,
  streak: WorkflowState | null,
  { tells, key }: { tells: WorkflowFacts['tells']; key: string | null },
): News & Pick<GithubNews, 'key'> {
  const event = `workflow_run.${tells === 'run' ? run.outcome : eventOf[tells]}`
  return {
    source: 'github',
    event,
    repository,
    branch,
    severity: githubSeverity(event),
    isNews: true,
    key,
    state: tells === 'failing' ? 'open' : 'resolved',
    facts: {
      kind: 'github-workflow',
      repository,
      workflow,
      branch,
      tells,
      run,
      failures: streak?.failures ?? 0,
      failingSince: streak?.failingSince?.toISOString() ?? null,
      fixedBy: null,
    },
    memberId: null,
    happenedAt,
    goesOn: false,
  }
}

const eventOf = { failing: 'failed', over: 'fixed', fixed: 'fixed' } as const
