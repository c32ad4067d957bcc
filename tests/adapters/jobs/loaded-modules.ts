import { registerHooks } from 'node:module'
import { pino } from 'pino'

// Prints the packages that are loaded once the job store of the given address was chosen.
const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
    if (name !== undefined) loaded.add(name)
    return next(url, context)
  },
})
const { createJobs } = await import('../../../adapters/jobs/create-jobs.ts')
await createJobs({
  url: process.argv[2] ?? '',
  redisUrl: 'redis://127.0.0.1:1',
  environment: 'dev',
  name: 'loading',
  log: pino({ level: 'silent' }),
})
process.stdout.write(JSON.stringify([...loaded]))
