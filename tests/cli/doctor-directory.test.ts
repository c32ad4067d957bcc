import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine } from '../../cli/doctor/examine.ts'
import type { Finding } from '../../cli/doctor/finding.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import { bigLdif } from '../../sandbox/people.ts'
import { startTestDirectory } from '../_support/servers.ts'

const listClass = 'groupOfNames' as const

async function findingsOf(directory: Awaited<ReturnType<typeof startTestDirectory>>): Promise<Finding[]> {
  const settings = readSettings(
    {
      LDAP_URL: directory.url,
      LDAP_BIND_DN: directory.worker.dn,
      LDAP_BIND_PASSWORD: directory.worker.password,
      LDAP_READ_BIND_DN: directory.reader.dn,
      LDAP_READ_BIND_PASSWORD: directory.reader.password,
      LDAP_PEOPLE_BASE: directory.peopleBase,
      LDAP_LISTS_BASE: directory.listsBase,
      LDAP_LIST_CLASS: listClass,
      LDAP_ADMIN_GID: '5001',
    },
    '/nowhere',
  )
  const areas = areasOf(settings, null, pino({ level: 'silent' }), { worker: false, sendTestTo: undefined })
  const found = await examine(
    areas.filter(({ name }) => name === 'directory'),
    { begin: () => {}, found: () => {} },
  )
  return found.map(({ finding }) => finding)
}

it('a directory with more people than it shows the api’s account at once is looked at to the end', async (t) => {
  // OpenLDAP gives 500 entries to whom it was told no other limit for.
  const seedLdif = bigLdif({ listClass, people: 600, lists: 3, membersPerList: 10 })
  const findings = await findingsOf(await startTestDirectory({ seedLdif, listClass }, t))
  expect(findings).toContainEqual({ check: 'people', state: 'right', says: 'found' })
  expect(findings.at(-1)?.check).toBe('writing elsewhere')
  expect(findings.filter(({ state }) => state !== 'right').map(({ check }) => check)).toEqual(['TLS'])
})

it('of a directory that tells nothing by itself it says how soon changes show all the same', async (t) => {
  const directory = await startTestDirectory({ listClass }, t)
  const file = join(dirname(directory.logFile), 'slapd.conf')
  const silent = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => !line.includes('syncprov'))
    .join('\n')
    .replace('access to', 'access to attrs=contextCSN by * none\naccess to')
  await writeFile(file, silent)
  await directory.restart()
  const finding = (await findingsOf(directory)).find(({ check }) => check === 'following changes')
  expect(finding?.state).toBe('doubtful')
  expect(finding?.says).toMatch(/every few seconds.*SYNC_INTERVAL_S/)
})

it('of a directory that lets nobody in without TLS it names what switches that on', async (t) => {
  const directory = await startTestDirectory({ listClass }, t)
  const file = join(dirname(directory.logFile), 'slapd.conf')
  const strict = (await readFile(file, 'utf8')).replace(
    'database mdb',
    'security simple_bind=128\ndatabase mdb',
  )
  await writeFile(file, strict)
  await directory.restart()
  const findings = await findingsOf(directory)
  for (const check of ['the worker’s account', 'the api’s account'])
    expect(findings.find((one) => one.check === check)).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('without TLS') as string,
      remedy: expect.stringContaining('LDAP_STARTTLS=on') as string,
    })
})
