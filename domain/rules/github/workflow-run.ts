import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CommitFacts, WorkflowRun } from '../../contracts/github-facts.ts'
import { webAddress } from '../web-address.ts'
import { lineOf, maybe, Repository, shortSha, timeOf } from './payload.ts'

const Payload = Type.Object({
  action: Type.String(),
  repository: Repository,
  workflow: maybe(Type.Object({ name: maybe(Type.String()) })),
  workflow_run: Type.Object({
    id: Type.Integer(),
    name: maybe(Type.String()),
    workflow_id: Type.Integer(),
    run_number: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    run_attempt: maybe(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    conclusion: maybe(Type.String()),
    event: maybe(Type.String()),
    html_url: maybe(Type.String()),
    head_branch: maybe(Type.String()),
    head_repository: maybe(
      Type.Object({ id: Type.Integer(), owner: maybe(Type.Object({ login: Type.String() })) }),
    ),
    run_started_at: maybe(Type.String()),
    updated_at: maybe(Type.String()),
    head_commit: maybe(
      Type.Object({
        id: Type.String(),
        message: Type.String(),
        author: maybe(Type.Object({ name: maybe(Type.String()) })),
      }),
    ),
  }),
})
type Payload = Static<typeof Payload>
const check = Compile(Payload)

/** A run of a workflow, of a payload `workflow_run`; null where it does not fit. */
export function readWorkflowRun(payload: unknown, receivedAt: Date): WorkflowRun | null {
  if (!check.Check(payload)) return null
  const { repository, workflow, workflow_run: run } = payload
  const happenedAt = timeOf(run.updated_at, receivedAt)
  const branch = lineOf(run.head_branch)
  const head = run.head_repository
  return {
    key: `workflow ${repository.id} ${run.workflow_id} ${head?.id ?? 'gone'} ${branch}`,
    runKey: `run ${repository.id} ${run.id}`,
    repository: lineOf(repository.full_name),
    workflow: lineOf(workflow?.name) || lineOf(run.name) || String(run.workflow_id),
    branch: branchOf(branch, head?.id !== repository.id, head?.owner?.login),
    happenedAt,
    run: {
      number: run.run_number,
      attempt: run.run_attempt ?? 1,
      url: webAddress(run.html_url),
      outcome: outcomeOf(payload),
      conclusion: run.conclusion == null ? null : lineOf(run.conclusion),
      trigger: lineOf(run.event),
      tookS:
        payload.action === 'completed'
          ? secondsBetween(timeOf(run.run_started_at, receivedAt), happenedAt, run)
          : null,
      commit: commitOf(run),
    },
  }
}

const failures: ReadonlySet<string> = new Set(['failure', 'timed_out', 'startup_failure'])

/** What came of it, in the words of rules: `failed`, `succeeded`, GitHub's own conclusion, or what it does as yet. */
function outcomeOf({ action, workflow_run: { conclusion } }: Payload): string {
  if (action !== 'completed') return lineOf(action)
  if (conclusion === 'success') return 'succeeded'
  return failures.has(conclusion ?? '') ? 'failed' : lineOf(conclusion) || 'completed'
}

/** A branch as rules know it: a fork's `main` is not ours. */
function branchOf(branch: string, isFork: boolean, owner: string | undefined): string | null {
  if (branch === '') return null
  return isFork ? `${lineOf(owner) || '?'}:${branch}` : branch
}

function secondsBetween(from: Date, to: Date, run: Payload['workflow_run']): number | null {
  if (run.run_started_at == null || run.updated_at == null) return null
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000))
}

function commitOf({ head_commit: commit }: Payload['workflow_run']): CommitFacts | null {
  if (commit === null || commit === undefined) return null
  return { sha: shortSha(commit.id), message: lineOf(commit.message), author: lineOf(commit.author?.name) }
}
