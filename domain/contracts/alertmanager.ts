import { type Static, Type } from 'typebox'

const Texts = Type.Record(Type.String(), Type.String())
const State = Type.Enum(['firing', 'resolved'])

const SentAlert = Type.Object({
  status: State,
  labels: Texts,
  annotations: Type.Optional(Texts),
  startsAt: Type.String(),
  endsAt: Type.Optional(Type.String()),
  generatorURL: Type.Optional(Type.String()),
})

/**
 * What Alertmanager sends to a webhook, version 4: what is needed of it. The rest is ignored, so that its next releases, and others
 * that speak like it, are heard too. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const AlertmanagerMessage = Type.Object(
  {
    version: Type.Literal('4'),
    groupKey: Type.String({ minLength: 1 }),
    receiver: Type.String(),
    status: State,
    truncatedAlerts: Type.Optional(Type.Integer({ minimum: 0 })),
    groupLabels: Type.Optional(Texts),
    commonLabels: Type.Optional(Texts),
    commonAnnotations: Type.Optional(Texts),
    externalURL: Type.Optional(Type.String()),
    alerts: Type.Array(SentAlert),
  },
  { $id: 'AlertmanagerMessage' },
)
export type AlertmanagerMessage = Static<typeof AlertmanagerMessage>
export type SentAlert = Static<typeof SentAlert>
