import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { GithubNews, PullRequestFacts } from '../../contracts/github-facts.ts'
import { githubSeverity, isToldByDefault } from '../notice-events.ts'
import { webAddress } from '../web-address.ts'
import { Account, lineOf, maybe, Repository, timeOf } from './payload.ts'

const End = Type.Object({ ref: Type.String(), label: maybe(Type.String()) })

const Payload = Type.Object({
  action: Type.String(),
  repository: Repository,
  pull_request: Type.Object({
    number: Type.Integer(),
    title: Type.String(),
    html_url: maybe(Type.String()),
    state: Type.String(),
    draft: maybe(Type.Boolean()),
    merged: maybe(Type.Boolean()),
    user: maybe(Account),
    merged_by: maybe(Account),
    head: Type.Intersect([End, Type.Object({ repo: maybe(Type.Object({ id: Type.Integer() })) })]),
    base: End,
    updated_at: maybe(Type.String()),
    commits: maybe(Type.Integer()),
    additions: maybe(Type.Integer()),
    deletions: maybe(Type.Integer()),
    changed_files: maybe(Type.Integer()),
  }),
})
type PullRequest = Static<typeof Payload>['pull_request']
const check = Compile(Payload)

/** A pull request as it is now, of a payload `pull_request`; null where it does not fit. Rules know it by the branch that it goes into. */
export function readPullRequest(payload: unknown, receivedAt: Date): GithubNews | null {
  if (!check.Check(payload)) return null
  const { action, repository, pull_request: pull } = payload
  const what = action === 'closed' && pull.merged === true ? 'merged' : lineOf(action)
  const event = `pull_request.${what}`
  const is = stateOf(pull)
  return {
    event,
    isNews: isToldByDefault('github', event),
    key: `pull_request ${repository.id} ${pull.number}`,
    repository: lineOf(repository.full_name),
    branch: lineOf(pull.base.ref),
    severity: githubSeverity(event),
    state: is === 'open' || is === 'draft' ? 'open' : 'resolved',
    happenedAt: timeOf(pull.updated_at, receivedAt),
    facts: {
      kind: 'github-pull-request',
      repository: lineOf(repository.full_name),
      number: pull.number,
      title: lineOf(pull.title),
      url: webAddress(pull.html_url),
      is,
      author: lineOf(pull.user?.login),
      mergedBy: pull.merged_by == null ? null : lineOf(pull.merged_by.login),
      from:
        pull.head.repo?.id === repository.id
          ? lineOf(pull.head.ref)
          : lineOf(pull.head.label ?? pull.head.ref),
      into: lineOf(pull.base.ref),
      size: sizeOf(pull),
    },
  }
}

function stateOf({ merged, state, draft }: PullRequest): PullRequestFacts['is'] {
  if (merged === true) return 'merged'
  if (state === 'closed') return 'closed'
  return draft === true ? 'draft' : 'open'
}

function sizeOf({
  commits,
  additions,
  deletions,
  changed_files: files,
}: PullRequest): PullRequestFacts['size'] {
  if (commits == null || additions == null || deletions == null || files == null) return null
  return { commits, additions, deletions, files }
}
