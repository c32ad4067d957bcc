import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataFolder } from '../../sandbox/start/data-folder.ts'
import { freshFolder } from './_start.ts'

test('a file is no folder for data: that is said, and the file is left alone', async () => {
  const file = join(await freshFolder(), 'package.json')
  await writeFile(file, '{}', { mode: 0o644 })
  for (const [wanted, culprit] of [
    [file, file],
    [join(file, 'data', 'deeper'), file],
  ] as const)
    await expect(openDataFolder(wanted, { reset: true })).rejects.toThrow(
      `${culprit} is a file, and the data needs a folder. Choose another one: npm start -- --data FOLDER`,
    )
  expect(await readFile(file, 'utf8')).toBe('{}')
  expect((await stat(file)).mode & 0o777).toBe(0o644)
})

test('a folder that can’t be had is named, with why', async () => {
  const folder = join(await freshFolder(), 'much too long a name '.repeat(20))
  await expect(openDataFolder(folder)).rejects.toThrow(
    new RegExp(
      `^The folder ${folder} can’t be used for the data \\(ENAMETOOLONG.*npm start -- --data FOLDER$`,
    ),
  )
})
