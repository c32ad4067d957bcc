import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findBrowser } from '../../cli/find-browser.mjs'

test('a browser is what CHROMIUM names, else whatever Chromium or Chrome the machine has', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-browser-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const chrome = join(folder, 'google-chrome')
  await writeFile(chrome, '')
  await chmod(chrome, 0o755)
  expect(findBrowser({ CHROMIUM: chrome, PATH: '' })).toEqual({ path: chrome, missing: null })
  expect(findBrowser({ CHROMIUM: join(folder, 'chromium'), PATH: folder })).toEqual({
    path: null,
    missing: `CHROMIUM is ${join(folder, 'chromium')}, and there is no such file`,
  })
  // Chromium comes first, wherever it is.
  const chromium = join(folder, 'chromium')
  await writeFile(chromium, '')
  expect(findBrowser({ PATH: `/nowhere:${folder}` })).toEqual({ path: chromium, missing: null })
})
