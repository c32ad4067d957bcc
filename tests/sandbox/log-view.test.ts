import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLogView } from '../../sandbox/start/log-view.ts'

test('what a process says as it crashes is shown and kept without its secrets', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'guildpost-log-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const shown: string[] = []
  const screen = { width: 80, print: (text = '') => void shown.push(text), attach() {}, detach() {} }
  const view = createLogView(dir, { screen, mode: 'on' })
  view.take('worker', 'Error: connect postgres://guildpost:hush-hush@127.0.0.1:5432/guildpost')
  view.take(
    'api',
    '{"level":50,"time":0,"msg":"refused","err":{"type":"Error","message":"Bearer hush-hush"}}',
  )
  await view.close()
  const kept = await Promise.all(['worker', 'api'].map((name) => readFile(join(dir, `${name}.log`), 'utf8')))
  expect(kept.join()).toContain('postgres://guildpost:[hidden]@127.0.0.1:5432')
  expect([...shown, ...kept, ...view.last('api')].join()).not.toContain('hush-hush')
  expect(shown.join()).toContain('Bearer [hidden]')
})
