/** A group of alerts as Alertmanager last sent it. Strings are as they came: they are made harmless where they are shown. */
export type AlertGroupFacts = {
  kind: 'alert-group'
  receiver: string
  /** What all of its alerts have in common, and by which of these labels they were grouped. */
  labels: Record<string, string>
  groupedBy: string[]
  annotations: Record<string, string>
  /** Alertmanager's own page. */
  url: string | null
  firing: number
  resolved: number
  /** How many more there are than `alerts` holds. */
  leftOut: number
  /** Those that fire first, the oldest first. */
  alerts: AlertFacts[]
}

/** One alert. `labels` and `annotations` are those that the others don't share. */
export type AlertFacts = {
  state: 'firing' | 'resolved'
  labels: Record<string, string>
  annotations: Record<string, string>
  since: string | null
  until: string | null
  /** Where it came from: usually the graph in Prometheus. */
  url: string | null
}
