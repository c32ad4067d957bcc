import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../../domain/store/database.ts'
import { type Load, readLoad } from '../../domain/store/installation/read-load.ts'

/** However often somebody asks: a scrape costs Postgres one small statement in this time. */
const keptMs = 5000

type Measured = {
  name: string
  help: string
  /** What the values are told apart by; without it there is one. */
  label?: string
  /** By label; null for what is not known. */
  valuesOf: (load: Load) => Record<string, number | null>
}

const measured: readonly Measured[] = [
  {
    name: 'guildpost_changes_open',
    help: 'Changes that have not ended, by state',
    label: 'state',
    valuesOf: ({ awaitingApproval, queued, applying }) => ({
      awaiting_approval: awaitingApproval,
      queued,
      applying,
    }),
  },
  {
    name: 'guildpost_change_oldest_due_seconds',
    help: 'How long the change that waits longest is due; 0 when none is',
    valuesOf: ({ oldestDueS }) => ({ '': oldestDueS }),
  },
  {
    name: 'guildpost_outbox_queued',
    help: 'Mail and Discord messages that wait to be sent',
    label: 'way',
    valuesOf: ({ mailQueued, messagesQueued }) => ({ mail: mailQueued, discord: messagesQueued }),
  },
  {
    name: 'guildpost_incidents_open',
    help: 'Incidents that last',
    valuesOf: ({ incidentsOpen }) => ({ '': incidentsOpen }),
  },
  {
    name: 'guildpost_targets_paused',
    help: 'Targets that are paused: 1 while nothing is written to the directory',
    valuesOf: ({ targetsPaused }) => ({ '': targetsPaused }),
  },
  {
    name: 'guildpost_mirror_age_seconds',
    help: 'How long ago the mirror was last known to be what the directory has; not there before its first read',
    valuesOf: ({ mirrorAgeS }) => ({ '': mirrorAgeS }),
  },
  {
    name: 'guildpost_audit_unsealed',
    help: 'Entries of the audit that are not sealed yet',
    valuesOf: ({ auditUnsealed }) => ({ '': auditUnsealed }),
  },
]

/**
 * What waits, as Postgres knows it, the same in each process of the API: read one of them, or take the greatest. While Postgres
 * is away there is none of it, since the numbers of before would say that all is well.
 */
export function addLoad(registry: Registry, db: Database): void {
  const load = keptLoad(db)
  for (const { name, help, label, valuesOf } of measured) {
    const gauge = new Gauge({
      name,
      help,
      ...(label === undefined ? {} : { labelNames: [label] }),
      registers: [registry],
      collect: async () => {
        const found = await load()
        gauge.reset()
        // Without labels that is a zero.
        if (label === undefined) gauge.remove()
        const values = found === null ? {} : valuesOf(found)
        for (const [value, count] of Object.entries(values)) {
          if (count !== null) gauge.set(label === undefined ? {} : { [label]: value }, count)
        }
      },
    })
  }
}

/** Null while Postgres does not answer. */
function keptLoad(db: Database): () => Promise<Load | null> {
  let kept: { until: number; load: Promise<Load | null> } | null = null
  return () => {
    if (kept === null || kept.until < performance.now())
      kept = { until: performance.now() + keptMs, load: readLoad(db).catch(() => null) }
    return kept.load
  }
}
