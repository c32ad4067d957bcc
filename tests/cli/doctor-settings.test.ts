import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine } from '../../cli/doctor/examine.ts'
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

it('names what a # in a file of settings cuts off, and nothing that is whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const lines = [
    'LDAP_BIND_PASSWORD=my#secret',
    'LDAP_READ_BIND_PASSWORD="my#secret"',
    'DISCORD_TOKEN=whole # from the portal',
    '#SERVICE_TOKEN=a#b',
    'MAIL_FROM=lists@example.org',
  ]
  writeFileSync(join(folder, '.env.dev'), lines.join('\n'), { mode: 0o600 })
  const settings = readSettings({}, folder)
  expect(settings.values.LDAP_BIND_PASSWORD).toBe('my')
  const areas = areasOf(settings, null, pino({ level: 'silent' }), { worker: false, sendTestTo: undefined })
  const found = await examine(
    areas.filter(({ name }) => name === 'configuration'),
    { begin: () => {}, found: () => {} },
  )
  const cut = found.map(({ finding }) => finding).filter(({ state }) => state === 'doubtful')
  expect(cut).toMatchObject([
    { check: 'LDAP_BIND_PASSWORD', says: expect.stringContaining('ends before the #') },
  ])
  expect(cut[0]?.remedy).toContain('LDAP_BIND_PASSWORD="…"')
})
