import { type Incident, isTrouble } from '../../domain/contracts/incident.ts'
import type { Status } from '../../domain/contracts/status.ts'
import type { SyncRun } from '../../domain/contracts/sync-run.ts'
import { messageLength } from '../../texts/fit.ts'
import type { Translate } from '../../texts/translate.ts'
import { fitLines, plain } from '../discord/harmless-text.ts'

const reasonLength = 150
const subjectLength = 120
const nameLength = 40

/** How everything is going, in one message; `now` in milliseconds since 1970. What lasts stands at the end, the newest first. */
export function statusText(t: Translate, status: Status, now: number): string {
  const { targets, lastFullRun, holds, outbox, audit, incidents } = status
  const lines = [
    headline(t, status),
    changesLine(t, status, now),
    ...targets.flatMap((target) => targetLines(t, target)),
    mirrorLine(t, status, now),
    runLine(t, lastFullRun),
    holdsLine(t, holds),
    outboxLine(t, outbox),
    t('status.audit', audit),
    ...(incidents.length === 0 ? [] : [t('status.incidents')]),
    ...incidents.map((incident) => incidentLine(t, incident)),
  ]
  return fitLines(lines, messageLength)
}

function headline(t: Translate, { targets, mirror, holds, outbox, changes, incidentsOpen }: Status): string {
  if (incidentsOpen > 0) return t('status.trouble', { count: incidentsOpen })
  const isOff = mirror.ageS === null || targets.some(({ state }) => state === 'paused')
  const isAsked = holds > 0 || changes.awaitingApproval > 0 || outbox.failed > 0
  if (isOff || isAsked) return t('status.attention')
  return t(targets.some(({ observing }) => observing) ? 'status.observing' : 'status.well')
}

function changesLine(t: Translate, { changes }: Status, now: number): string {
  const { queued, applying, awaitingApproval: asking, oldestQueuedS } = changes
  const line = t('status.changes', { queued, applying, asking })
  if (oldestQueuedS === null) return line
  return line + t('status.oldest', { since: momentOf(now - oldestQueuedS * 1_000) })
}

/** Paused or not: whether anything is written there at all is said as well. */
function targetLines(
  t: Translate,
  { name, state, observing, pausedAt, reason }: Status['targets'][number],
): string[] {
  const observed = observing ? [t('status.target.observing', { name })] : []
  if (state === 'up') return observing ? observed : [t('status.target.up', { name })]
  const since = pausedAt === null ? '' : momentOf(Date.parse(pausedAt))
  return [t('status.target.paused', { name, since, reason: plain(reason ?? '?', reasonLength) }), ...observed]
}

function mirrorLine(t: Translate, { mirror }: Status, now: number): string {
  const { ageS, mode, people, lists } = mirror
  if (ageS === null) return t('status.mirrorNever')
  return t('status.mirror', {
    people,
    lists,
    when: momentOf(now - ageS * 1_000),
    mode: t(`status.mode.${mode ?? 'unknown'}`),
  })
}

function runLine(t: Translate, run: SyncRun | null): string {
  if (run === null) return t('status.run.never')
  if (run.state === 'queued') return t('status.run.queued')
  const at = run.state === 'running' ? run.startedAt : (run.endedAt ?? run.startedAt)
  const when = at === null ? '' : momentOf(Date.parse(at))
  switch (run.state) {
    case 'running':
      return t('status.run.running', { when })
    case 'done':
      return t('status.run.done', { when, count: run.report?.differences.length ?? 0 })
    case 'failed':
      return t('status.run.failed', { when, problem: plain(run.report?.problem ?? '?', reasonLength) })
  }
}

/** What is held as a whole is made of changes, which wait above one by one. */
function holdsLine(t: Translate, holds: number): string {
  const line = t('status.holds', { count: holds })
  return holds === 0 ? line : t('status.holdsCounted', { line })
}

function outboxLine(t: Translate, outbox: Status['outbox']): string {
  const line = t('status.outbox', outbox)
  return outbox.failed === 0 ? line : t('status.resend', { line })
}

function incidentLine(t: Translate, { kind, subject, beganAt, count, acknowledgedBy }: Incident): string {
  const since = momentOf(Date.parse(beganAt))
  const shown = plain(subject, subjectLength) + (count > 1 ? ` (×${count})` : '')
  if (acknowledgedBy === null)
    return t(isTrouble(kind) ? 'status.incident' : 'status.asks', { since, subject: shown })
  return t('status.incidentSeen', { since, subject: shown, username: plain(acknowledgedBy, nameLength) })
}

/** A moment as Discord shows it in the reader's own words ("2 minutes ago"). */
const momentOf = (ms: number): string => `<t:${Math.floor(ms / 1_000)}:R>`
