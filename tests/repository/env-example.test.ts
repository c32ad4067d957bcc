import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readApiConfig } from '../../api/config.ts'
import { readBotConfig } from '../../bot/config.ts'
import { envExample } from '../../cli/env-example.ts'
import { environmentPage } from '../../cli/environment-page.ts'
import { variables } from '../../domain/contracts/environment.ts'
import { type Environment, readWhatIsValid } from '../../domain/contracts/read-environment.ts'
import { makeCertificate } from '../../sandbox/servers/certificate.ts'
import { readWorkerConfig } from '../../worker/config.ts'
import { described, isRequired } from './described.ts'
import { inEmptyFolder } from './in-empty-folder.ts'

const root = join(import.meta.dirname, '../..')
const tokens = { SERVICE_TOKEN: 's'.repeat(64), METRICS_TOKEN: 'm'.repeat(64), DISCORD_TOKEN: 'd'.repeat(64) }

describe('.env.example', () => {
  test('is what its generator makes: npm run environment', () => {
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(envExample())
  })

  test('names every variable once, below its meaning', () => {
    const lines = envExample().split('\n')
    const named = lines.flatMap((line, at) => {
      const name = /^#?([A-Z_]+)=/.exec(line)?.[1]
      return name === undefined ? [] : [{ name, comment: lines[at - 1] ?? '' }]
    })
    expect(named.map(({ name }) => name)).toEqual(Object.keys(described))
    for (const { name, comment } of named)
      expect(comment.startsWith(`# ${described[name]?.meaning} (`)).toBe(true)
  })

  test('leaves open exactly what has no default and must be set', () => {
    const required = Object.keys(described).filter(isRequired)
    expect(Object.keys(parseEnv(envExample())).toSorted()).toEqual(required.toSorted())
  })

  test('has no value where one must be made', () => {
    expect(parseEnv(envExample())).toMatchObject({ SERVICE_TOKEN: '', DISCORD_TOKEN: '' })
  })

  test.for([
    { how: 'as it stands', text: envExample() },
    { how: 'with all that is commented out', text: envExample().replaceAll(/^#(?=[A-Z_]+=)/gm, '') },
  ])('$how, tokens filled in, is what the three processes accept', ({ text }) => {
    inEmptyFolder()
    const ca = text.includes('\nLDAP_CA_FILE=') ? { LDAP_CA_FILE: certificateFile() } : {}
    const environment: Environment = { ...parseEnv(text), ...tokens, ...ca }
    expect(readApiConfig(environment).directory.url).toBe('ldaps://ldap.example.org')
    expect(readBotConfig(environment).discord.token).toBe(tokens.DISCORD_TOKEN)
    expect(readWorkerConfig(environment).MAIL_FROM).toBe('guildpost <lists@example.org>')
  })
})

describe('docs/environment.md', () => {
  test('is what its generator makes: npm run environment', () => {
    expect(readFileSync(join(root, 'docs/environment.md'), 'utf8')).toBe(environmentPage())
  })

  test('says of every variable who reads it', () => {
    const rows = environmentPage()
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(Object.keys(described).length)
    expect(rows.filter((row) => !/ (api|bot|worker|doctor) \|$/.test(row))).toEqual([])
  })

  test.for(Object.keys(described))('says of %s what to copy, or of a secret how to get one', (name) => {
    const row = rowOf(name)
    const [, way] = / to get one: (.*?) \| /.exec(row) ?? []
    const [, example] = / for example `(.*?)` \| /.exec(row) ?? []
    expect(way === undefined).toBe(example !== undefined)
    expect(way === undefined || described[name]?.secret).toBe(true)
    const copied = example === undefined ? {} : named(name)
    expect(readWhatIsValid(copied, { [name]: example }).problems).toEqual([])
  })

  test('says who refuses to start without a variable, where only some do', () => {
    expect(rowOf('DISCORD_GUILD_ID')).toMatch(/ \| bot refuses to start \| bot, worker \|$/)
    expect(rowOf('DISCORD_APPLICATION_ID')).toMatch(/ \| refuses to start \| bot \|$/)
  })
})

const rowOf = (name: string): string =>
  environmentPage()
    .split('\n')
    .find((line) => line.startsWith(`| \`${name}\``)) ?? ''

/** One variable of the schema alone. */
const named = (name: string) =>
  Object.fromEntries(Object.entries(variables).filter(([other]) => other === name))

function certificateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-ca-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ca.pem')
  writeFileSync(file, makeCertificate({ commonName: 'an authority', isAuthority: true }).pem)
  return file
}
