import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { GithubNews, IssueFacts } from '../../contracts/github-facts.ts'
import { githubSeverity, isToldByDefault } from '../notice-events.ts'
import { webAddress } from '../web-address.ts'
import { Account, lineOf, maybe, Repository, timeOf } from './payload.ts'

const Payload = Type.Object({
  action: Type.String(),
  repository: Repository,
  issue: Type.Object({
    number: Type.Integer(),
    title: Type.String(),
    html_url: maybe(Type.String()),
    state: maybe(Type.String()),
    state_reason: maybe(Type.String()),
    user: maybe(Account),
    labels: maybe(Type.Array(Type.Object({ name: maybe(Type.String()) }))),
    updated_at: maybe(Type.String()),
  }),
})
type Payload = Static<typeof Payload>
const check = Compile(Payload)

const mostLabels = 10

/** An issue as it is now, of a payload `issues`; null where it does not fit. */
export function readIssue(payload: unknown, receivedAt: Date): GithubNews | null {
  if (!check.Check(payload)) return null
  const { action, repository, issue } = payload
  const event = `issues.${lineOf(action)}`
  const is = stateOf(payload)
  return {
    event,
    isNews: isToldByDefault('github', event),
    key: `issue ${repository.id} ${issue.number}`,
    repository: lineOf(repository.full_name),
    branch: null,
    severity: githubSeverity(event),
    state: is === 'open' ? 'open' : 'resolved',
    happenedAt: timeOf(issue.updated_at, receivedAt),
    facts: {
      kind: 'github-issue',
      repository: lineOf(repository.full_name),
      number: issue.number,
      title: lineOf(issue.title),
      url: webAddress(issue.html_url),
      is,
      author: lineOf(issue.user?.login),
      labels: (issue.labels ?? []).slice(0, mostLabels).flatMap(({ name }) => lineOf(name) || []),
    },
  }
}

function stateOf({ action, issue }: Payload): IssueFacts['is'] {
  if (action === 'deleted' || action === 'transferred') return action
  if (issue.state !== 'closed') return 'open'
  return issue.state_reason === 'not_planned' || issue.state_reason === 'duplicate'
    ? 'not_planned'
    : 'completed'
}
