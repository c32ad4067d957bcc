import type { AlertmanagerMessage, SentAlert } from '../../../domain/contracts/alertmanager.ts'

/** An alert as Alertmanager sends it, whose labels are those of the group and its own. */
export const alertOn = (
  instance: string,
  more: Partial<SentAlert> & { labels?: Record<string, string> } = {},
): SentAlert => ({
  status: 'firing',
  startsAt: '2026-11-21T10:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  annotations: {},
  generatorURL: `http://prometheus:9090/graph?g0.expr=up%7Binstance%3D%22${instance}%22%7D+%3D%3D+0`,
  ...more,
  labels: { alertname: 'HostDown', severity: 'warning', instance, ...more.labels },
})

export const resolved = (alert: SentAlert): SentAlert => ({
  ...alert,
  status: 'resolved',
  endsAt: '2026-11-21T10:30:00Z',
})

/** A group of alerts as Alertmanager sends it to a webhook. */
export function alertGroup(
  alerts: SentAlert[],
  more: Partial<AlertmanagerMessage> = {},
): AlertmanagerMessage {
  const [first] = alerts
  const commonLabels = Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([name, value]) =>
      alerts.every(({ labels }) => labels[name] === value),
    ),
  )
  return {
    version: '4',
    groupKey: '{}:{alertname="HostDown"}',
    receiver: 'guildpost',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    truncatedAlerts: 0,
    groupLabels: { alertname: 'HostDown' },
    commonLabels,
    commonAnnotations: { summary: 'A host does not answer', description: 'No answer for five minutes.' },
    externalURL: 'https://alerts.example.org',
    alerts,
    ...more,
  }
}
