import { expect, it } from 'vitest'
import { problemsOfMixedEnvironments } from '../../domain/contracts/mixed-environments.ts'

const right = {
  APP_ENV: 'prod',
  REDIS_URL: 'redis://pro:secret@redis.example.org:6379',
  DATABASE_URL: 'postgres://guildpost:secret@db.example.org/guildpost',
  JOBS_URL: 'mongodb://guildpost:secret@mongo.example.org/guildpost',
}

it.for([
  {},
  { APP_ENV: 'dev', REDIS_URL: 'redis://dev:secret@127.0.0.1' },
  { APP_ENV: 'dev', REDIS_URL: 'redis://127.0.0.1', DATABASE_URL: 'postgres:///guildpost_dev' },
  { REDIS_URL: 'rediss://guildpost@redis.example.org' },
  { JOBS_URL: 'mongodb://one.example.org,two.example.org/guildpost' },
  { DATABASE_URL: 'postgres://db.example.org/members_device' },
])('finds nothing wrong with %j', (more) => {
  expect(problemsOfMixedEnvironments({ ...right, ...more })).toEqual([])
})

it.for([
  [
    { REDIS_URL: 'redis://dev:secret@127.0.0.1' },
    'APP_ENV is prod, but REDIS_URL signs in as dev, the user of dev.',
  ],
  [{ APP_ENV: 'dev' }, 'APP_ENV is dev, but REDIS_URL signs in as pro, the user of prod.'],
  [
    { DATABASE_URL: 'postgres:///guildpost_dev' },
    'APP_ENV is prod, but DATABASE_URL names the database guildpost_dev.',
  ],
  [{ JOBS_URL: 'mongodb://mongo.example.org/dev' }, 'APP_ENV is prod, but JOBS_URL names the database dev.'],
] as const)('names both that disagree: %j', ([more, sentence]) => {
  const problems = problemsOfMixedEnvironments({ ...right, ...more })
  expect(problems).toEqual([expect.stringContaining(sentence)])
  expect(problems[0]).not.toContain('secret@db')
})
