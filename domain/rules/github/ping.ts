import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { GithubNews } from '../../contracts/github-facts.ts'
import { githubSeverity, isToldByDefault } from '../notice-events.ts'
import { Account, lineOf, maybe } from './payload.ts'

const check = Compile(
  Type.Object({
    zen: maybe(Type.String()),
    hook_id: Type.Integer(),
    hook: maybe(Type.Object({ events: maybe(Type.Array(Type.String())) })),
    repository: maybe(Type.Object({ full_name: Type.String() })),
    organization: maybe(Account),
  }),
)

const mostEvents = 20

/** That a webhook was set up, of a payload `ping`; null where it does not fit. */
export function readPing(payload: unknown, receivedAt: Date): GithubNews | null {
  if (!check.Check(payload)) return null
  const { zen, hook_id: hookId, hook, repository, organization } = payload
  const name = lineOf(repository?.full_name) || null
  return {
    event: 'ping',
    isNews: isToldByDefault('github', 'ping'),
    key: `ping ${hookId}`,
    repository: name,
    branch: null,
    severity: githubSeverity('ping'),
    state: 'resolved',
    happenedAt: receivedAt,
    facts: {
      kind: 'github-ping',
      repository: name,
      owner: lineOf(organization?.login) || null,
      zen: lineOf(zen),
      events: (hook?.events ?? []).slice(0, mostEvents).map(lineOf),
    },
  }
}
