import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { publicKeyOf } from '../../domain/rules/audit-checkpoint.ts'
import { makeCheckpoint } from '../../domain/store/audit/make-checkpoint.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { auditWorld, newSigningKey } from '../domain/store/audit/_audit-world.ts'

const command = join(import.meta.dirname, '../../cli/audit-verify.ts')

type Ran = { code: number; out: string; err: string }

async function auditCommand(t: TestContext) {
  const world = await auditWorld(t)
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-audit-'))
  cleanUpAfter(t, () => rm(folder, { recursive: true }))
  return {
    ...world,
    /** With nothing but DATABASE_URL, unless said otherwise. */
    verify: (
      args: readonly string[] = [],
      env: Record<string, string> = { DATABASE_URL: world.url },
      input = '',
    ) => run(args, { env, cwd: folder, input }),
    file: async (content: unknown) => {
      const path = join(folder, 'kept.json')
      await writeFile(path, JSON.stringify(content))
      return path
    },
  }
}

function run(
  args: readonly string[],
  { env, cwd, input }: { env: Record<string, string>; cwd: string; input: string },
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [command, ...args],
      { env: { ...compileCache, ...env }, cwd },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
    child.stdin?.end(input)
  })
}

const signedBy = (signingKey: string) => ['--public-key', publicKeyOf(signingKey)]

describe('npm run audit:verify', () => {
  it('says that the audit is whole, and what is not sealed yet', async (t) => {
    const { write, verify } = await auditCommand(t)
    await write(3)
    await write(2, { sealed: false })
    expect(await verify()).toEqual({
      code: 0,
      out: 'The audit is whole: 3 entries sealed.\nNot sealed yet: 2. A running worker seals them within seconds.\n',
      err: '',
    })
  })

  it('names the first break, and ends with 1', async (t) => {
    const { write, tamper, verify } = await auditCommand(t)
    const [, second] = await write(3)
    await tamper(`update audit_entry set outcome = 'failed' where id = '${second}'`)
    const { code, err } = await verify()
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`BROKEN at position 2 (entry ${second}): the entry is not what was sealed.`),
    ])
  })

  it('compares with a checkpoint that was kept, from a file or from standard input', async (t) => {
    const { db, write, tamper, verify, file } = await auditCommand(t)
    const signingKey = newSigningKey()
    await write(3)
    const kept = await makeCheckpoint(db, { signingKey })
    const path = await file(kept)
    await write(3)
    const withKey = ['--public-key', publicKeyOf(signingKey)]
    expect(await verify(['--checkpoint', path, ...withKey])).toEqual({
      code: 0,
      out: 'The audit is whole: 6 entries sealed.\nThe checkpoint fits.\n',
      err: '',
    })
    const page = JSON.stringify({ items: [kept, kept], nextCursor: null })
    expect(await verify(['--checkpoint', '-'], undefined, page)).toMatchObject({
      code: 0,
      out: expect.stringContaining('All 2 checkpoints fit.'),
    })
    await tamper('delete from audit_checkpoint; delete from audit_seal; delete from audit_entry')
    expect(await verify()).toMatchObject({ code: 0 })
    expect(await verify(['--checkpoint', path, ...withKey])).toMatchObject({
      code: 1,
      err: expect.stringContaining('BROKEN at position 1: the chain ends here, before the checkpoint of'),
    })
  })

  it('does not believe a checkpoint that the key has not signed', async (t) => {
    const { db, write, verify, file } = await auditCommand(t)
    await write(3)
    const path = await file(await makeCheckpoint(db, { signingKey: newSigningKey() }))
    expect(await verify(['--checkpoint', path, '--public-key', publicKeyOf(newSigningKey())])).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOT SIGNED'),
    })
  })

  it('takes the keys of before and after a change of the key, and names the one that it was not given', async (t) => {
    const { db, write, verify, file } = await auditCommand(t)
    const [before, after] = [newSigningKey(), newSigningKey()]
    await write(3)
    const old = await makeCheckpoint(db, { signingKey: before })
    await write(1)
    const files = ['--checkpoint', await file([old, await makeCheckpoint(db, { signingKey: after })])]
    expect(await verify([...files, ...signedBy(before), ...signedBy(after)])).toMatchObject({
      code: 0,
      out: expect.stringContaining('All 2 checkpoints fit.'),
      err: '',
    })
    const { code, err } = await verify([...files, ...signedBy(after)])
    expect([code, err.match(/NOT SIGNED/g)?.length]).toEqual([1, 1])
    expect(err).toContain(`(position 3) names the key ${old.keyId}, and that is none of those given`)
  })

  it('takes a public key that begins as an option does', async (t) => {
    const { db, write, verify, file } = await auditCommand(t)
    await write(3)
    let signingKey = newSigningKey()
    while (!publicKeyOf(signingKey).startsWith('-')) signingKey = newSigningKey()
    const path = await file(await makeCheckpoint(db, { signingKey }))
    expect(await verify(['--public-key', publicKeyOf(signingKey), '--checkpoint', path])).toMatchObject({
      code: 0,
      out: expect.stringContaining('The checkpoint fits.'),
    })
  })

  it('prints the public key of AUDIT_SIGNING_KEY, without a database', async (t) => {
    const { verify } = await auditCommand(t)
    const signingKey = newSigningKey()
    expect(await verify(['--print-public-key'], { AUDIT_SIGNING_KEY: signingKey })).toEqual({
      code: 0,
      out: `${publicKeyOf(signingKey)}\n`,
      err: '',
    })
  })

  it('ends with 78 for a wrong configuration, and with 64 when it was used wrongly', async (t) => {
    const { verify, file } = await auditCommand(t)
    expect(await verify([], {})).toMatchObject({ code: 78, err: expect.stringContaining('DATABASE_URL') })
    expect(await verify(['--print-public-key'], {})).toMatchObject({
      code: 78,
      err: expect.stringContaining('AUDIT_SIGNING_KEY'),
    })
    for (const args of [
      ['--what'],
      ['--public-key', 'short'],
      ['--public-key', publicKeyOf(newSigningKey())],
    ])
      expect(await verify(args)).toMatchObject({
        code: 64,
        err: expect.stringContaining('npm run audit:verify'),
      })
    expect(await verify(['--checkpoint', await file({ position: 1 })])).toMatchObject({
      code: 64,
      err: expect.stringContaining('is no checkpoint'),
    })
    expect(await verify(['--checkpoint', '/nowhere/kept.json'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('/nowhere/kept.json can’t be read'),
    })
    expect(await verify(['--checkpoint', '-'], undefined, '')).toMatchObject({
      code: 64,
      err: expect.stringContaining('Standard input is not JSON.'),
    })
  })

  it('ends with 2 when it could not look: that says nothing about the audit', async (t) => {
    const { verify, tamper } = await auditCommand(t)
    expect(await verify([], { DATABASE_URL: 'postgres://a:b@127.0.0.1:9/c' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not answer'),
    })
    await tamper(`delete from schema_migration where name = '008-identity'`)
    expect(await verify()).toMatchObject({ code: 2, err: expect.stringContaining('npm run migrate') })
  })
})
