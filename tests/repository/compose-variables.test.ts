import { describe, expect, test } from 'vitest'
import { variables as api } from '../../api/config.ts'
import { variables as bot } from '../../bot/config.ts'
import { variables as migrate } from '../../cli/config.ts'
import { variables as worker } from '../../worker/config.ts'
import { readCompose } from './compose-file.ts'
import { described } from './described.ts'

/** The variables that each process reads. The doctor looks at all that there are. */
const read = { migrate, api, bot, worker, doctor: described }

const inside = 'inside a container nothing else may choose it'
const discords = 'Discord’s own: only a stand-in has another'

/** What a file leaves out or decides by itself, and why; everything else comes from .env or from a secret's file. */
const files = {
  'docker-compose.prod.yml': {
    APP_ENV: 'this is prod',
    API_HOST: inside,
    API_PORT: inside,
    HEALTH_PORT: inside,
    DISCORD_API_URL: discords,
  },
  'docker-compose.yml': {
    APP_ENV: 'this is dev',
    API_HOST: inside,
    API_PORT: inside,
    HEALTH_PORT: inside,
    API_URL: 'its bot reaches the api by its name',
    DISCORD_API_URL: discords,
    DATABASE_URL: 'its own server',
    JOBS_URL: 'its own server',
    REDIS_URL: 'its own server',
    LDAP_URL: 'its own directory',
    LDAP_CA_FILE: 'its own directory has no TLS',
    LDAP_STARTTLS: 'its own directory has no TLS',
    LDAP_BIND_DN: 'its own directory',
    LDAP_READ_BIND_DN: 'its own directory',
    LDAP_PEOPLE_BASE: 'its own directory',
    LDAP_PEOPLE_FILTER: 'its own directory',
    LDAP_LISTS_BASE: 'its own directory',
    LDAP_LIST_CLASS: 'its own directory',
    LDAP_PLACEHOLDER_DN: 'its own directory',
    LDAP_ADMIN_GROUP: 'its own directory',
    LDAP_ADMIN_GID: 'its own directory',
  },
}

describe.for(Object.entries(files))('%s', ([file, reasons]) => {
  const { services } = readCompose(file)
  const processes = Object.entries(read).filter(([name]) => name in services)

  const notPassed = processes.flatMap(([name, variables]) => {
    const environment = services[name]?.environment ?? {}
    return Object.keys(variables)
      .filter((variable) => !(`${variable}_FILE` in environment))
      .filter((variable) => !environment[variable]?.includes(`\${${variable}:`))
      .map((variable) => ({ name, variable }))
  })

  test.for(processes)('gives its %s everything that it reads', ([name]) => {
    const missing = notPassed.filter((one) => one.name === name).map(({ variable }) => variable)
    expect(missing.filter((variable) => !(variable in reasons))).toEqual([])
  })

  test('has no reason that has gone', () => {
    const needed = new Set(notPassed.map(({ variable }) => variable))
    expect(Object.keys(reasons).filter((variable) => !needed.has(variable))).toEqual([])
  })
})
