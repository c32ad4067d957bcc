import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { incidentKinds } from '../../domain/contracts/incident.ts'
import { createMetrics } from '../../worker/metrics/create-metrics.ts'
import { startTestApi } from '../api/api-server.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')

/** What a scrape tells of, by name. */
const namesIn = (text: string) => [...text.matchAll(/^# HELP (\S+)/gm)].map(([, name = '']) => name)

test('every kind of alert is explained, and says what to do', () => {
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section.replace(/^## [^]*/m, '')]),
  )
  const alerts = [...sections.keys()].filter((name) => /^[a-z-]+$/.test(name))
  expect(alerts.toSorted()).toEqual([...incidentKinds].toSorted())
  const without = incidentKinds.filter((kind) => !/\*Do:\*|steps/.test(sections.get(kind) ?? ''))
  expect(without).toEqual([])
})

test('every metric is explained, and every one that is explained is there', async (t) => {
  const api = await startTestApi(t)
  const { body } = await api.server.inject({
    url: '/metrics',
    headers: { authorization: `Bearer ${api.context.settings.metricsToken}` },
  })
  const worker = namesIn(await createMetrics().registry.metrics())
  const ofApi = namesIn(body).filter((name) => !/^(process|nodejs)_/.test(name))
  const explained = [...page.matchAll(/^\| `([a-z_]+)` \| (api|worker|api, worker) \|/gm)]
  const of = (process: string) =>
    explained.filter(([, , processes = '']) => processes.includes(process)).map(([, name = '']) => name)
  expect(of('api').toSorted()).toEqual(ofApi.toSorted())
  expect(of('worker').toSorted()).toEqual(worker.toSorted())
})
