import { createHmac, randomUUID } from 'node:crypto'
import type { Answer, TestApi } from '../api-server.ts'

export const webhookSecret = 'only-github-and-we-know-this'

/** As GitHub signs a body. */
export const signatureOf = (body: string, secret = webhookSecret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

/** A delivery of GitHub. */
export async function deliver(
  { server }: Pick<TestApi, 'server'>,
  event: string,
  payload: unknown,
  headers: Record<string, string> = {},
): Promise<Pick<Answer, 'status' | 'json' | 'text'>> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/hooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signatureOf(body),
      ...headers,
    },
    payload: body,
  })
  return { status: answer.statusCode, json: answer.json.bind(answer), text: answer.body }
}

export type RunOptions = {
  number: number
  attempt?: number
  conclusion?: string | null
  action?: string
  branch?: string
  workflowId?: number
  /** When it ended, in minutes after the first began. */
  endedAtMin?: number
  message?: string
  author?: string
  name?: string
  /** Whose repository the branch is in; ours if it is left out. */
  fork?: { id: number; owner: string }
}

/** A run of a workflow of `octo-org/site`, with everything that GitHub says about one which matters here. */
export function runPayload(options: RunOptions): Record<string, unknown> {
  const { number, attempt = 1, conclusion = 'failure', action = 'completed', branch = 'main' } = options
  const { workflowId = 7, endedAtMin = number * 10 + attempt, fork, name = 'CI' } = options
  const endedAt = Date.UTC(2026, 0, 5, 9, endedAtMin)
  return {
    action,
    repository: { id: 1, full_name: 'octo-org/site', default_branch: 'main' },
    sender: { login: 'octocat' },
    workflow: { id: workflowId, name },
    workflow_run: {
      id: workflowId * 1000 + number,
      name,
      workflow_id: workflowId,
      run_number: number,
      run_attempt: attempt,
      conclusion,
      status: action === 'completed' ? 'completed' : action,
      event: 'push',
      html_url: `https://github.com/octo-org/site/actions/runs/${workflowId * 1000 + number}`,
      head_branch: branch,
      head_sha: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
      head_repository:
        fork === undefined
          ? { id: 1, full_name: 'octo-org/site', owner: { login: 'octo-org' } }
          : { id: fork.id, full_name: `${fork.owner}/site`, owner: { login: fork.owner } },
      run_started_at: new Date(endedAt - 200_000).toISOString(),
      updated_at: new Date(endedAt).toISOString(),
      head_commit: {
        id: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
        message: options.message ?? `Change number ${number}\n\nWith more about it.`,
        timestamp: '2026-01-05T08:00:00Z',
        author: { name: options.author ?? 'Mona Lisa', email: 'mona@example.org' },
      },
    },
  }
}
