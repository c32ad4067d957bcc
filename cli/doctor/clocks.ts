import type { Database } from '../../domain/store/database.ts'
import { rows } from '../../domain/store/database.ts'
import { type Area, doubtful, right, withoutPostgres, wrong } from './finding.ts'

/** Whether this machine and Postgres agree what time it is. Links, codes and limits of time are reckoned by Postgres' clock. */
export const clocksArea = (db: Database): Area => ({
  name: 'clocks',
  check: async function* () {
    const before = Date.now()
    const found = await rows<{ now: Date }>(db, 'select clock_timestamp() as now').catch((error: unknown) =>
      withoutPostgres('Postgres', error),
    )
    if (!Array.isArray(found)) return yield found
    const skewS = ((found[0]?.now.getTime() ?? 0) - (before + Date.now()) / 2) / 1000
    const says = `Postgres is ${Math.abs(skewS).toFixed(1)} s ${skewS < 0 ? 'behind' : 'ahead of'} this machine`
    const remedy = 'Switch on time synchronisation (systemd-timesyncd or chrony) on both machines.'
    if (Math.abs(skewS) < 2) yield right('Postgres', says)
    else yield Math.abs(skewS) < 30 ? doubtful('Postgres', says, remedy) : wrong('Postgres', says, remedy)
  },
})
