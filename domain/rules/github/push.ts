import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CommitFacts, GithubNews, PushFacts } from '../../contracts/github-facts.ts'
import { githubSeverity } from '../notice-events.ts'
import { webAddress } from '../web-address.ts'
import { Account, lineOf, maybe, Repository, shortSha, timeOf } from './payload.ts'

const Commit = Type.Object({
  id: Type.String(),
  message: Type.String(),
  author: maybe(Type.Object({ name: maybe(Type.String()) })),
})

const Payload = Type.Object({
  ref: Type.String(),
  created: maybe(Type.Boolean()),
  deleted: maybe(Type.Boolean()),
  forced: maybe(Type.Boolean()),
  compare: maybe(Type.String()),
  commits: maybe(Type.Array(Commit)),
  pusher: maybe(Type.Object({ name: maybe(Type.String()) })),
  sender: maybe(Account),
  repository: Type.Intersect([
    Repository,
    Type.Object({
      default_branch: maybe(Type.String()),
      pushed_at: maybe(Type.Union([Type.Integer(), Type.String()])),
    }),
  ]),
})
type Payload = Static<typeof Payload>
const check = Compile(Payload)

const mostCommits = 5

/**
 * A push, of a payload `push`; null where it does not fit. News is only what the default branch does not recover from by itself: that
 * it was pushed by force, or deleted.
 */
export function readPush(payload: unknown, receivedAt: Date): GithubNews | null {
  if (!check.Check(payload)) return null
  const { ref, repository, commits } = payload
  const branch = nameIn(ref, 'refs/heads/')
  const did = didOf(payload)
  const count = commits?.length ?? 0
  return {
    event: 'push',
    isNews:
      branch !== null && branch === repository.default_branch && (did === 'forced' || did === 'deleted'),
    key: null,
    repository: lineOf(repository.full_name),
    branch,
    severity: githubSeverity('push'),
    state: 'resolved',
    happenedAt: timeOf(repository.pushed_at, receivedAt),
    facts: {
      kind: 'github-push',
      repository: lineOf(repository.full_name),
      branch,
      tag: branch === null ? (nameIn(ref, 'refs/tags/') ?? lineOf(ref)) : null,
      did,
      by: lineOf(payload.pusher?.name) || lineOf(payload.sender?.login),
      url: webAddress(payload.compare),
      commits: (commits ?? []).slice(-mostCommits).map(commitOf),
      count,
    },
  }
}

const nameIn = (ref: string, folder: string): string | null =>
  ref.startsWith(folder) ? lineOf(ref.slice(folder.length)) : null

function didOf({ deleted, forced, created }: Payload): PushFacts['did'] {
  if (deleted === true) return 'deleted'
  if (forced === true) return 'forced'
  return created === true ? 'created' : 'pushed'
}

const commitOf = ({ id, message, author }: Static<typeof Commit>): CommitFacts => ({
  sha: shortSha(id),
  message: lineOf(message),
  author: lineOf(author?.name),
})
