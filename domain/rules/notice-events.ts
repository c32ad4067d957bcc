import { incidentKinds } from '../contracts/incident.ts'
import type { NoticeSource, Severity } from '../contracts/topic.ts'

type Known = { isNews: boolean; severity: Severity }
const news: Known = { isNews: true, severity: 'info' }
const minor: Known = { isNews: false, severity: 'info' }

/** The events of GitHub that are told where no rule asks for them by name, and some of those that are not; how bad each is. */
const github: ReadonlyMap<string, Known> = new Map([
  ['workflow_run.failed', { isNews: true, severity: 'warning' }],
  ['workflow_run.fixed', news],
  ['workflow_run.succeeded', minor],
  ['workflow_run.cancelled', minor],
  ['workflow_run.skipped', minor],
  ['pull_request.opened', news],
  ['pull_request.ready_for_review', news],
  ['pull_request.reopened', news],
  ['pull_request.merged', news],
  ['pull_request.closed', news],
  ['issues.opened', news],
  ['issues.reopened', news],
  ['issues.closed', news],
  ['issues.labeled', minor],
  ['release.published', news],
  // Only that the default branch was pushed by force, or deleted.
  ['push', minor],
  ['ping', news],
])

/** The events that each source tells of, to choose from. */
export const noticeEvents: Readonly<Record<NoticeSource, readonly string[]>> = {
  guildpost: incidentKinds,
  github: [...github.keys()],
  alertmanager: ['alert.firing', 'alert.resolved'],
  api: ['notice.open', 'notice.resolved'],
}

/** Whether this is told where no rule asks for it by name: of GitHub not all is, what others send is meant to be told. */
export const isToldByDefault = (source: NoticeSource, event: string): boolean =>
  source !== 'github' || github.get(event)?.isNews === true

/** How bad an event of GitHub is; those that are not known are mere information. */
export const githubSeverity = (event: string): Severity => github.get(event)?.severity ?? 'info'

/** Whether a notice of this event may tell of something that lasts. Whatever is over pings nobody. */
export const mayLast = (event: string): boolean => event !== 'alert.resolved' && event !== 'notice.resolved'
