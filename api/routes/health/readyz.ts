import { type Static, Type } from 'typebox'
import { within } from '../../../domain/rules/within.ts'
import { readHealth } from '../../../domain/store/installation/read-health.ts'
import { migrations } from '../../../migrations/index.ts'
import type { Context } from '../../context.ts'
import { answersToAll } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

const UpOrDown = Type.Enum(['up', 'down'])

const Readiness = Type.Object(
  {
    status: Type.Enum(['ok', 'degraded', 'unavailable']),
    checks: Type.Object({
      postgres: UpOrDown,
      schema: UpOrDown,
      jobs: UpOrDown,
      redis: UpOrDown,
      ldap: UpOrDown,
      mirror: UpOrDown,
      workers: UpOrDown,
    }),
  },
  { $id: 'Readiness' },
)
type Readiness = Static<typeof Readiness>

const keptMs = 2000
const probeMs = 1500

/** 503 only when nothing can be served: without Postgres, or with an old schema (`schema`, which nobody knows without Postgres either). */
export function readyzRoute(server: Server, context: Context): void {
  let kept: { until: number; readiness: Promise<Readiness> } | null = null
  const read = (): Promise<Readiness> => {
    if (kept === null || kept.until < performance.now())
      kept = { until: performance.now() + keptMs, readiness: readReadiness(context) }
    return kept.readiness
  }
  server.route({
    method: 'GET',
    url: '/readyz',
    schema: {
      operationId: 'readReadiness',
      summary: 'What the service leans on',
      tags: ['health'],
      response: answersToAll({ 200: Readiness, 503: Readiness }),
    },
    handler: async (_request, reply) => {
      const readiness = await read()
      return reply.code(readiness.status === 'unavailable' ? 503 : 200).send(readiness)
    },
  })
}

async function readReadiness(context: Context): Promise<Readiness> {
  const { probes, db, settings } = context
  const names = migrations.map(({ name }) => name)
  const [store, jobs, redis, ldap] = await Promise.all([
    orNull(() => readHealth(db, { migrations: names, mirrorMaxAgeS: settings.mirrorMaxAgeS })),
    orNull(probes.jobs),
    orNull(probes.redis),
    orNull(probes.ldap),
  ])
  const checks = {
    postgres: store === null ? 'down' : 'up',
    schema: store?.schema ?? 'down',
    jobs: jobs === true ? 'up' : 'down',
    redis: redis === true ? 'up' : 'down',
    ldap: ldap === true ? 'up' : 'down',
    mirror: store?.mirror ?? 'down',
    workers: store?.workers ?? 'down',
  } as const
  if (checks.schema === 'down') return { status: 'unavailable', checks }
  return { status: Object.values(checks).includes('down') ? 'degraded' : 'ok', checks }
}

/** Null when there was no answer in time, or a failure: that is what is asked here, so it is no error. */
const orNull = <Answer>(probe: () => Promise<Answer>): Promise<Answer | null> =>
  within(probeMs, probe).catch(() => null)
