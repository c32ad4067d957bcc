import { expect, it } from 'vitest'
import { readSettings } from '../../cli/doctor/read-settings.ts'

it.for([
  { TRUST_PROXY: 'loopback' },
  { CORS_ORIGINS: '*' },
  { LDAP_READ_BIND_DN: 'cn=reader,dc=example,dc=org' },
])('finds wrong what a process would refuse: %j', (wrong) => {
  const [name = ''] = Object.keys(wrong)
  expect(readSettings(wrong, '/nowhere').problems).toContainEqual(expect.stringContaining(`${name} `))
})

it('says once what two processes would say', () => {
  const { problems } = readSettings({ LDAP_CA_FILE: '/nowhere/ca.pem' }, '/nowhere')
  expect(problems.filter((problem) => problem.startsWith('LDAP_CA_FILE'))).toHaveLength(1)
})
