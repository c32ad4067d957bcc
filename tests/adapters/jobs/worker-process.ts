import { pino } from 'pino'
import { createJobs } from '../../../adapters/jobs/create-jobs.ts'

// A worker to be killed: it takes `apply` jobs and the schedule `sweep`, says so, and never ends one.
const [url = '', redisUrl = '', lockLifetimeMs = ''] = process.argv.slice(2)
const jobs = await createJobs({
  url,
  redisUrl,
  environment: 'dev',
  name: 'killed',
  log: pino({ level: 'silent' }),
})
jobs.define('apply', { concurrency: 1, lockLifetimeMs: Number(lockLifetimeMs) }, ({ lane }) => {
  process.stdout.write(`took lane ${lane}\n`)
  return new Promise(() => {})
})
jobs.define('sweep', { concurrency: 1, lockLifetimeMs: Number(lockLifetimeMs) }, () => {
  process.stdout.write('took the sweep\n')
  return new Promise(() => {})
})
await jobs.start()
process.stdout.write('started\n')
