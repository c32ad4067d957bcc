import type { GithubNews, WorkflowRun } from '../../contracts/github-facts.ts'
import { readIssue } from './issues.ts'
import { readPing } from './ping.ts'
import { readPullRequest } from './pull-request.ts'
import { readPush } from './push.ts'
import { readRelease } from './release.ts'
import { readWorkflowRun } from './workflow-run.ts'

type Read = (payload: unknown, receivedAt: Date) => GithubNews | WorkflowRun | null

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['workflow_run', readWorkflowRun],
  ['pull_request', readPullRequest],
  ['issues', readIssue],
  ['release', readRelease],
  ['push', readPush],
  ['ping', readPing],
])

/** What a payload says; `unsupported`: nothing is told of such events; `unfit`: of this one something is missing that is needed. */
export function readPayload(
  event: string,
  payload: unknown,
  receivedAt: Date,
): GithubNews | WorkflowRun | 'unsupported' | 'unfit' {
  const read = readers.get(event)
  return read === undefined ? 'unsupported' : (read(payload, receivedAt) ?? 'unfit')
}
