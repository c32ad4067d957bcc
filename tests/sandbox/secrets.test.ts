import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readSecrets } from '../../sandbox/start/secrets.ts'
import { freshFolder } from './_start.ts'

it('of a damaged file says how to begin anew in that folder, and in no other one', async () => {
  const folder = await freshFolder()
  await writeFile(join(folder, 'secrets.json'), '{"x')
  expect(() => readSecrets(folder)).toThrow(`npm start -- --data ${folder} --reset`)
})

it('does not make new secrets for a database that only the old ones open', async () => {
  const folder = await freshFolder()
  await mkdir(join(folder, 'postgres'))
  expect(() => readSecrets(folder)).toThrow(`npm start -- --data ${folder} --reset`)
})
