import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine } from '../../cli/doctor/examine.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import type { Environment } from '../../domain/contracts/read-environment.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** What the doctor says of the modes of files, told this and started in this folder. */
async function saidOfModes(environment: Environment, folder: string) {
  const settings = readSettings(environment, folder)
  const areas = areasOf(settings, null, pino({ level: 'silent' }), { worker: false, sendTestTo: undefined })
  const found = await examine(
    areas.filter(({ name }) => name === 'secrets'),
    { begin: () => {}, found: () => {} },
  )
  return found.find(({ finding }) => finding.check === 'file modes')?.finding.state
}

it.for([
  ['a credential that systemd let its user read by an access list', 'service_token', 0o440, 'right'],
  ['a credential that everybody can read', 'service_token', 0o444, 'wrong'],
  ['a credential that everybody can write', 'service_token', 0o402, 'wrong'],
  ['a file beside the credentials', '../service_token', 0o440, 'wrong'],
  ['a file in a folder beside them', '../unit-of-another/service_token', 0o440, 'wrong'],
] as const)('of a file with a secret: %s', async ([, name, mode, state]) => {
  const folder = temporaryFolder()
  const credentials = join(folder, 'unit')
  for (const one of [credentials, `${credentials}-of-another`]) mkdirSync(one)
  const file = `${credentials}/${name}`
  writeFileSync(file, 's'.repeat(64))
  chmodSync(file, mode)
  const environment = { CREDENTIALS_DIRECTORY: credentials, SERVICE_TOKEN_FILE: file }
  expect(await saidOfModes(environment, '/nowhere')).toBe(state)
})

it('without credentials of systemd a group may read no file with secrets', async () => {
  const folder = temporaryFolder()
  const file = join(folder, '.env.dev')
  writeFileSync(file, '')
  chmodSync(file, 0o640)
  expect(await saidOfModes({}, folder)).toBe('wrong')
})
