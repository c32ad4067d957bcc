import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { GithubNews, ReleaseFacts } from '../../contracts/github-facts.ts'
import { githubSeverity, isToldByDefault } from '../notice-events.ts'
import { webAddress } from '../web-address.ts'
import { Account, lineOf, maybe, Repository, timeOf } from './payload.ts'

const Payload = Type.Object({
  action: Type.String(),
  repository: Repository,
  release: Type.Object({
    id: Type.Integer(),
    tag_name: Type.String(),
    name: maybe(Type.String()),
    html_url: maybe(Type.String()),
    draft: maybe(Type.Boolean()),
    prerelease: maybe(Type.Boolean()),
    author: maybe(Account),
    created_at: maybe(Type.String()),
    published_at: maybe(Type.String()),
    updated_at: maybe(Type.String()),
  }),
})
type Payload = Static<typeof Payload>
const check = Compile(Payload)

/** A release as it is now, of a payload `release`; null where it does not fit. */
export function readRelease(payload: unknown, receivedAt: Date): GithubNews | null {
  if (!check.Check(payload)) return null
  const { action, repository, release } = payload
  const event = `release.${lineOf(action)}`
  const is = stateOf(payload)
  return {
    event,
    isNews: isToldByDefault('github', event),
    key: `release ${repository.id} ${release.id}`,
    repository: lineOf(repository.full_name),
    branch: null,
    severity: githubSeverity(event),
    state: 'resolved',
    // Older ones of GitHub Enterprise say only when it was published, whatever happened to it since.
    happenedAt: timeOf(release.updated_at ?? release.published_at ?? release.created_at, receivedAt),
    facts: {
      kind: 'github-release',
      repository: lineOf(repository.full_name),
      tag: lineOf(release.tag_name),
      name: lineOf(release.name) || lineOf(release.tag_name),
      url: webAddress(release.html_url),
      is,
      author: lineOf(release.author?.login),
    },
  }
}

function stateOf({ action, release }: Payload): ReleaseFacts['is'] {
  if (action === 'deleted' || action === 'unpublished') return action
  if (release.draft === true) return 'draft'
  return release.prerelease === true ? 'prerelease' : 'published'
}
