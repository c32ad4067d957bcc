import { expect, test } from 'vitest'
import { readApiConfig } from '../../api/config.ts'
import { ConfigError } from '../../domain/contracts/read-environment.ts'
import { readWorkerConfig } from '../../worker/config.ts'

const environment = {
  APP_ENV: 'prod',
  DATABASE_URL: 'postgres://guildpost:secret@db.example.org/guildpost',
  JOBS_URL: 'mongodb://jobs.example.org/guildpost',
  REDIS_URL: 'redis://pro:secret@redis.example.org:6379',
  API_URL: 'https://lists.example.org/',
  SERVICE_TOKEN: 'a-token-of-the-bot-with-32-letters,another-token-of-the-bot-with-32',
  LDAP_URL: 'ldaps://ldap.example.org',
  LDAP_PEOPLE_BASE: 'ou=people,dc=example,dc=org',
  LDAP_LISTS_BASE: 'ou=lists,dc=example,dc=org',
}

function problemsOf(change: Record<string, string>): readonly string[] {
  try {
    readApiConfig({ ...environment, ...change }, '/nowhere')
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('is read from the environment', () => {
  expect(readApiConfig(environment, '/nowhere')).toMatchObject({
    url: 'https://lists.example.org',
    serviceTokens: ['a-token-of-the-bot-with-32-letters', 'another-token-of-the-bot-with-32'],
    metricsToken: null,
    trustedProxies: [],
    mirrorMaxAgeS: 360,
    changesLimit: 10,
    siteTimeZone: 'UTC',
    directory: { url: 'ldaps://ldap.example.org', startTls: false },
  })
})

test.each([
  ['plain http in prod', { API_URL: 'http://lists.example.org' }, 'API_URL'],
  ['plain ldap in prod', { LDAP_URL: 'ldap://ldap.example.org' }, 'LDAP_URL'],
  [
    'a read account without its password',
    { LDAP_READ_BIND_DN: 'cn=reader,dc=example,dc=org' },
    'LDAP_READ_BIND_PASSWORD',
  ],
  ['a certificate that is not there', { LDAP_CA_FILE: '/nowhere/ca.pem' }, 'LDAP_CA_FILE'],
  ['an authority that is no certificate', { LDAP_CA_FILE: 'package.json' }, 'it must be PEM'],
  ['an authority that is a folder', { LDAP_CA_FILE: '/' }, 'LDAP_CA_FILE is /, and it can’t be read'],
  ['a time zone that is an offset', { SITE_TZ: '+08:00' }, 'Example: SITE_TZ=Asia/Taipei'],
  ['a proxy by name', { TRUST_PROXY: '10.0.0.0/8, proxy.example.org' }, 'proxy.example.org'],
  ['a proxy range that is too long', { TRUST_PROXY: '10.0.0.0/33' }, '10.0.0.0/33'],
  ['a proxy range of everybody', { TRUST_PROXY: '::/0' }, '::/0'],
  ['an address without a host', { API_URL: 'http://' }, 'API_URL'],
  ['a secure address without a host', { API_URL: 'https://' }, 'API_URL'],
  ['an address with a query', { API_URL: 'https://lists.example.org/?lang=en' }, 'API_URL is https://lists'],
  ['an address with a fragment', { API_URL: 'https://lists.example.org/#top' }, 'API_URL is https://lists'],
  [
    'an address with a password',
    { API_URL: 'https://ada:sings@lists.example.org' },
    'API_URL is https://…@lists',
  ],
  ['a filter that has no end', { LDAP_PEOPLE_FILTER: '((uid=*)' }, 'LDAP_PEOPLE_FILTER is ((uid=*)'],
  ['two filters', { LDAP_PEOPLE_FILTER: '(uid=*)(cn=*)' }, 'Example: LDAP_PEOPLE_FILTER=(objectClass='],
  ['an address that only looks like loopback', { API_URL: 'http://127.example.org' }, 'API_URL'],
  ['a directory without a host', { LDAP_URL: 'ldaps://:636' }, 'LDAP_URL'],
  ['any origin', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS has *'],
  ['an origin with a slash', { CORS_ORIGINS: 'https://members.example.org/' }, 'CORS_ORIGINS has https'],
  ['a short token', { SERVICE_TOKEN: 'short' }, 'SERVICE_TOKEN'],
])('%s is refused by name', (_case, change, name) => {
  expect(problemsOf(change as Record<string, string>).join()).toContain(name)
})

test.each<Record<string, string>>([
  { API_URL: 'http://127.0.0.1:8080' },
  { API_URL: 'https://example.org/lists/' },
  { LDAP_PEOPLE_FILTER: '(&(objectClass=inetOrgPerson)(!(cn=Mül*er)))' },
  { LDAP_URL: 'ldap://localhost' },
  { TRUST_PROXY: '10.0.0.0/8, 192.0.2.1/32, fd00::/128' },
  { CORS_ORIGINS: 'https://members.example.org, http://localhost:5173' },
  { LDAP_URL: 'ldap://ldap.example.org', LDAP_STARTTLS: 'on' },
  {
    APP_ENV: 'dev',
    REDIS_URL: 'redis://dev@127.0.0.1',
    API_URL: 'http://lists.example.org',
    LDAP_URL: 'ldap://ldap.example.org',
  },
])('%j is accepted', (change) => {
  expect(problemsOf(change)).toEqual([])
})

test('everything wrong is said in one go, and no secret with it', () => {
  const problems = problemsOf({ SERVICE_TOKEN: 'too-short', API_PORT: 'http', REDIS_URL: 'redis' })
  expect(problems).toHaveLength(3)
  expect(problems.join()).not.toContain('too-short')
})

test('what no single variable shows is said along with the rest', () => {
  const problems = problemsOf({
    SERVICE_TOKEN: 'too-short',
    API_URL: 'http://lists.example.org',
    LDAP_URL: 'ldap://ldap.example.org',
    TRUST_PROXY: 'proxy.example.org',
  })
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'SERVICE_TOKEN',
    'API_URL',
    'LDAP_URL',
    'TRUST_PROXY',
  ])
})

test('the worker says everything in one go, too', () => {
  const { API_URL: _api, SERVICE_TOKEN: _token, ...shared } = environment
  const given = { ...shared, LDAP_URL: 'ldap://ldap.example.org', LDAP_BIND_DN: 'guildpost' }
  expect(() => readWorkerConfig(given)).toThrow(/LDAP_BIND_DN is not valid[^]*LDAP_URL is ldap:/)
})

const workerOnly = {
  LDAP_BIND_DN: 'cn=guildpost,ou=services,dc=example,dc=org',
  LDAP_BIND_PASSWORD: 'secret',
  DISCORD_TOKEN: 'token',
  SMTP_URL: 'smtps://mail.example.org',
  MAIL_FROM: 'lists@example.org',
}
const readers = {
  api: (change: Record<string, string>) => readApiConfig({ ...environment, ...change }, '/nowhere'),
  worker: (change: Record<string, string>) => {
    const { API_URL: _api, SERVICE_TOKEN: _token, ...shared } = environment
    return readWorkerConfig({ ...shared, ...workerOnly, ...change })
  },
}

test.each(['api', 'worker'] as const)('in prod the %s speaks to no distant directory without TLS', (name) => {
  const read = readers[name]
  for (const url of [
    'ldap://ldap.example.org',
    'ldap://192.0.2.1:389',
    'ldap://127.0.0.1.example.org',
    'ldap://[2001:db8::1]',
    'ldap://localhost.example.org',
  ]) {
    expect(() => read({ LDAP_URL: url })).toThrow(`LDAP_URL is ${url}: passwords would cross the network`)
    expect(() => read({ LDAP_URL: url, LDAP_STARTTLS: 'off' })).toThrow('LDAP_URL')
    expect(() => read({ LDAP_URL: url, LDAP_STARTTLS: 'on' })).not.toThrow()
    expect(() => read({ LDAP_URL: url, APP_ENV: 'dev', REDIS_URL: 'redis://dev@127.0.0.1' })).not.toThrow()
  }
  for (const url of ['ldap://127.0.0.1', 'ldap://localhost:389', 'ldap://[::1]', 'ldaps://ldap.example.org'])
    expect(() => read({ LDAP_URL: url })).not.toThrow()
})

test('neither api nor worker starts with a filter for people that nobody can ask by', () => {
  for (const read of Object.values(readers))
    expect(() => read({ LDAP_PEOPLE_FILTER: '(uid)' })).toThrow(
      /LDAP_PEOPLE_FILTER is \(uid\), which is no filter/,
    )
})
