import { Type, type Static } from 'typebox'
import type { AlertGroupFacts } from './alert-group-facts.ts'
import type { GithubFacts } from './github-facts.ts'
import type { OwnNoticeFacts } from './own-notice-facts.ts'

export const Severity = Type.Enum(['info', 'warning', 'critical'])
export type Severity = Static<typeof Severity>

/** Where notices come from: our own alerts, and what others send. */
export const noticeSources = ['guildpost', 'github', 'alertmanager', 'api'] as const
export const NoticeSource = Type.Enum([...noticeSources])
export type NoticeSource = Static<typeof NoticeSource>
/** The sources outside of the program: what they tell is kept as a topic. */
export type TopicSource = Exclude<NoticeSource, 'guildpost'>

/** `open`: it lasts (a workflow fails, an alert fires); `resolved`: it is over, or was never more than news. */
export const TopicState = Type.Enum(['open', 'resolved'])
export type TopicState = Static<typeof TopicState>

/** What a topic is about, as its source told it; worded when it is shown. */
export type TopicFacts = GithubFacts | AlertGroupFacts | OwnNoticeFacts

/** A topic as its notices show it. */
export type ShownTopic = {
  facts: TopicFacts
  state: TopicState
  severity: Severity
  /** How often it was told. */
  count: number
  beganAt: Date
  /** When it happened what was told last. */
  happenedAt: Date
}

/** What rules look at. `event` is dotted: what, and what happened to it (`workflow_run.failed`, `pull_request.opened`). */
export type About = {
  source: NoticeSource
  event: string
  /** `owner/name`, null where there is none. */
  repository: string | null
  branch: string | null
  severity: Severity
  /** Whether it is told where no rule asks for this event by name. */
  isNews: boolean
}

/** Where a notice goes. `mention`: a role's id, or `here`. */
export type Place = { kind: 'channel' | 'mail'; id: string; mention: string | null }
