import { Value } from 'typebox/value'
import { Incident, type IncidentAction } from '../../domain/contracts/incident.ts'
import { incidentButtons } from '../../texts/incident-message.ts'
import { ApiRefusal } from '../call-api.ts'
import { harmless } from '../discord/harmless-text.ts'
import type { Control, Controls, Press, Reply, Turn } from '../turn.ts'

/**
 * The buttons of alerts, which workers post: `alert:<action>:<incident>:<revision>`. Who may press them is for the API to say; the
 * outcome is told to who pressed, and the message itself is edited by a worker.
 */
export const alertControls: Controls = {
  acknowledge: decides('acknowledge'),
  approve: decides('approve'),
  deny: decides('deny'),
  retry: decides('retry'),
  revert: decides('revert'),
}

function decides(action: IncidentAction): Control {
  return { kind: 'tell', run: (turn, press) => decide(turn, action, press) }
}

async function decide(turn: Turn, action: IncidentAction, { argument }: Press): Promise<void> {
  const [incidentId = '', revision = ''] = argument.split(':')
  try {
    await turn.api.decideIncident(incidentId, { action, revision: Number(revision) })
    await turn.reply({ content: turn.t(`alert.done.${action}`), components: [] })
  } catch (error) {
    const shown = error instanceof ApiRefusal ? shownAnew(turn, action, error) : null
    if (shown === null) throw error
    await turn.reply(shown)
  }
}

const textLength = 1500

/** What to say when it is not any more what was pressed on: how it is now, or why nothing can be done. */
function shownAnew(
  { t, locale }: Turn,
  action: IncidentAction,
  { reason, details }: ApiRefusal,
): Reply | null {
  if (
    reason === 'LIST_GONE' ||
    reason === 'MEMBER_GONE' ||
    reason === 'NEWER_REQUEST' ||
    reason === 'DRIFT_TOO_LARGE'
  )
    return { content: t(`alert.cannot.${reason}`), components: [] }
  if (reason === 'NOBODY_WAITS') return { content: t('alert.over'), components: [] }
  if (reason !== 'INCIDENT_CHANGED' && reason !== 'ACTION_NOT_OFFERED') return null
  const incident = details['incident']
  if (!Value.Check(Incident, incident)) return null
  const { subject, text, state, actions, acknowledgedBy } = incident
  if (state === 'resolved') return { content: t('alert.over'), components: [] }
  const components = actions.length > 0 ? [incidentButtons(incident, locale)] : []
  if (action === 'acknowledge' && state === 'acknowledged') {
    const content =
      acknowledgedBy === null ? t('alert.taken.somebody') : t('alert.taken', { by: acknowledgedBy })
    return { content, components }
  }
  return { content: `${t('alert.changed', { subject })}\n${harmless(text, textLength)}`, components }
}
