import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { addPerson, personIs } from './_mirror.ts'

const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

it.for(['before', 'while'] as const)(
  'a time that is far ahead of all others hides nobody: written %s it is followed',
  { timeout: 60_000 },
  async (when, t) => {
    const world = await createWorld({}, t)
    const { directory } = world
    const file = join(dirname(directory.logFile), 'slapd.conf')
    const conf = await readFile(file, 'utf8')
    const onlyTimes = conf
      .split('\n')
      .filter((line) => !line.includes('syncprov'))
      .join('\n')
      .replace('access to', 'access to attrs=entryCSN,contextCSN by * none\naccess to')
    await writeFile(file, onlyTimes)
    await directory.restart()
    /** As while the server's clock was wrong. */
    const writeAhead = () =>
      directory.ldapmodify(
        `dn: ${directory.personDn('carol')}\nchangetype: modify\nreplace: sn\nsn: Later\n-\nreplace: modifyTimestamp\nmodifyTimestamp: 20990101000000Z\n`,
        '-e',
        '!relax',
      )
    if (when === 'before') await writeAhead()
    await world.worker({}, never)
    await waitUntil('it is followed by time', async () => {
      const modes = await rows(
        world.db,
        `select 1 from feed where mode = 'time' and confirmed_at is not null`,
      )
      return modes.length === 2 ? true : null
    })
    if (when === 'while') await writeAhead()
    await waitUntil('that is in the mirror', async () => {
      const found = await rows(world.db, `select 1 from member where version = '20990101000000Z'`)
      return found.length === 1 ? true : null
    })
    // Each is asked for after the one before it was seen, or never.
    await addPerson(world, 'first')
    await personIs(world, 'first', 'present')
    await addPerson(world, 'second')
    await personIs(world, 'second', 'present')
    expect(await world.memberId('second')).toBeDefined()
  },
)
