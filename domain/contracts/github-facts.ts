import type { About, TopicState } from './topic.ts'

/** What GitHub told, by kind. Strings are as GitHub sent them, one line each: they are made harmless where they are shown. */
export type GithubFacts =
  | GithubPingFacts
  | WorkflowFacts
  | PullRequestFacts
  | IssueFacts
  | ReleaseFacts
  | PushFacts

/** A webhook was set up. `repository`: null for one of an organisation, whose name is `owner`. */
export type GithubPingFacts = {
  kind: 'github-ping'
  repository: string | null
  owner: string | null
  zen: string
  events: string[]
}

export type WorkflowFacts = {
  kind: 'github-workflow'
  repository: string
  workflow: string
  /** As rules know it: a fork's with its owner before it (`octocat:main`). */
  branch: string | null
  /** `failing`: it does, told by its latest run; `over`: it did, told by the last run that failed; `run`: what came of one run. */
  tells: 'failing' | 'over' | 'fixed' | 'run'
  run: RunFacts
  /** How often in a row it failed, since when (ISO 8601). */
  failures: number
  failingSince: string | null
  /** The run that ended it. */
  fixedBy: { number: number; url: string | null } | null
}

export type RunFacts = {
  number: number
  attempt: number
  url: string | null
  /** `failed`, `succeeded`, `cancelled`, …, or what a run does that has not ended: `requested`, `in_progress`. */
  outcome: string
  /** Why it failed: GitHub's own word. */
  conclusion: string | null
  /** What started it: `push`, `schedule`, … */
  trigger: string
  /** Null while it runs. */
  tookS: number | null
  commit: CommitFacts | null
}

export type CommitFacts = { sha: string; message: string; author: string }

export type PullRequestFacts = {
  kind: 'github-pull-request'
  repository: string
  number: number
  title: string
  url: string | null
  is: 'open' | 'draft' | 'merged' | 'closed'
  author: string
  mergedBy: string | null
  from: string
  into: string
  /** Null where GitHub left it out. */
  size: { commits: number; additions: number; deletions: number; files: number } | null
}

export type IssueFacts = {
  kind: 'github-issue'
  repository: string
  number: number
  title: string
  url: string | null
  is: 'open' | 'completed' | 'not_planned' | 'deleted' | 'transferred'
  author: string
  labels: string[]
}

export type ReleaseFacts = {
  kind: 'github-release'
  repository: string
  tag: string
  name: string
  url: string | null
  is: 'published' | 'prerelease' | 'draft' | 'unpublished' | 'deleted'
  author: string
}

export type PushFacts = {
  kind: 'github-push'
  repository: string
  /** Null: a tag, then `tag` names it. */
  branch: string | null
  tag: string | null
  did: 'pushed' | 'forced' | 'created' | 'deleted'
  by: string
  url: string | null
  /** The newest few of `count`. */
  commits: CommitFacts[]
  count: number
}

/** What a delivery of GitHub says, apart from runs of workflows. */
export type GithubNews = Omit<About, 'source'> & {
  key: string | null
  state: TopicState
  facts: GithubFacts
  happenedAt: Date
}

/** A run of a workflow as a delivery tells of it. */
export type WorkflowRun = {
  /** The workflow on its branch. */
  key: string
  /** The run, whatever attempt. */
  runKey: string
  repository: string
  workflow: string
  branch: string | null
  run: RunFacts
  happenedAt: Date
}
