import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

const isPaused = (code: string) =>
  `select 1 from target where paused_at is not null and reason_code = '${code}'`

it('goes on after our account was put right, although the connection was opened while it was restricted', async (t) => {
  const world = await createWorld({}, t)
  const { directory } = world
  const file = join(dirname(directory.logFile), 'slapd.conf')
  const conf = await readFile(file, 'utf8')
  await directory.ldapmodify(
    `dn: cn=policy,${directory.suffix}\nchangetype: add\nobjectClass: applicationProcess\nobjectClass: pwdPolicy\ncn: policy\npwdAttribute: userPassword\npwdMustChange: TRUE\n`
      .replace('objectClass: pwdPolicy\n', '')
      .replace(/pwd.*\n/g, ''),
  )
  await writeFile(
    file,
    conf
      .replace('moduleload syncprov', 'moduleload syncprov\nmoduleload ppolicy')
      .replace(
        'overlay syncprov',
        `overlay ppolicy\nppolicy_default "cn=policy,${directory.suffix}"\noverlay syncprov`,
      ),
  )
  await directory.restart()
  await directory.ldapmodify(
    `dn: cn=policy,${directory.suffix}\nchangetype: modify\nadd: objectClass\nobjectClass: pwdPolicy\n-\nadd: pwdAttribute\npwdAttribute: userPassword\n-\nadd: pwdMustChange\npwdMustChange: TRUE\n`,
  )
  await world.worker()
  await world.mirrored()
  // The administrator has set the account's password, which is to be changed by whoever signs in.
  await directory.ldapmodify(
    `dn: ${directory.worker.dn}\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n`,
  )
  await directory.restart()
  const change = await world.request('bob', 'subscribe', 'news')
  await waitUntil('the target is paused', async () => {
    const found = await rows(world.db, isPaused('50'))
    return found.length > 0 ? true : null
  })
  await directory.ldapmodify(`dn: ${directory.worker.dn}\nchangetype: modify\ndelete: pwdReset\n`)
  const ended = await waitUntil('it is applied', async () => {
    await rows(
      world.db,
      'update target set probe_at = now() where paused_at is not null and probe_at > now()',
    )
    const { state, proof } = await world.change(change.id)
    return state === 'applied' ? proof : null
  })
  expect(ended).toMatchObject({ how: 'modified' })
}, 60_000)
