import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findOpenldap } from '../../../sandbox/servers/find-openldap.ts'
import type { TestDirectory } from '../../_support/servers.ts'
import { createWorld } from '../../_support/world.ts'
import { addMember, followed, mirrorShows, personIs } from './_mirror.ts'

const run = promisify(execFile)

const folderOf = (directory: TestDirectory) => dirname(directory.logFile)
const slapd = async (directory: TestDirectory, tool: 'add' | 'cat', ...options: string[]) =>
  run((await findOpenldap()).slapd, ['-T', tool, '-f', join(folderOf(directory), 'slapd.conf'), ...options])

/** As its own backup does. Gives what puts it back. */
async function backUp(directory: TestDirectory): Promise<() => Promise<void>> {
  const file = join(folderOf(directory), 'backup.ldif')
  await writeFile(file, (await slapd(directory, 'cat')).stdout)
  return async () => {
    const data = join(folderOf(directory), 'data')
    await rm(data, { recursive: true })
    await mkdir(data)
    await slapd(directory, 'add', '-q', '-l', file)
  }
}

describe.each(['stopped', 'running'] as const)('by a worker that was %s meanwhile,', (worker) => {
  it('a directory that was restored from an older backup, and written to since, is read anew', async () => {
    const world = await createWorld()
    const { directory } = world
    const byFeedOnly = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' }
    const before = await world.worker({}, byFeedOnly)
    await followed(world)
    const restore = await backUp(directory)
    for (const list of ['news', 'events'])
      await world.ended((await world.request('bob', 'subscribe', list)).id)
    await directory.ldapmodify(
      `dn: ${directory.personDn('newbie')}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: newbie\ncn: New\nsn: New\n`,
    )
    await personIs(world, 'newbie', 'present')
    if (worker === 'stopped') await before.stop()
    await directory.stop()
    await restore()
    await directory.restart()
    await addMember(world, 'events', 'bob')
    if (worker === 'stopped') await world.worker({}, byFeedOnly)

    await mirrorShows(world, 'news', 'bob', false)
    await mirrorShows(world, 'events', 'bob')
    await personIs(world, 'newbie', 'gone')
    expect(await directory.membersOf('news')).not.toContain(directory.memberValue('bob'))
  })
})
