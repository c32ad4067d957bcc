import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')

/** Runs a script with the function in a process of its own, which it changes; gives what was printed, once it has ended by itself. */
async function run(script: string): Promise<{ code: unknown; output: string }> {
  const imported = `import { giveMemoryBackWhenIdle } from './adapters/v8/give-memory-back.ts'\n`
  const args = ['--max-semi-space-size=8', '--input-type=module', '--eval', imported + script]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { code, output }
}

test('a burst of work leaves no memory behind: an idle process gives it back', async () => {
  const { code, output } = await run(`
    import { getHeapStatistics } from 'node:v8'
    giveMemoryBackWhenIdle()
    let burst = Array.from({ length: 500_000 }, (_, n) => ({ n, name: 'n' + n }))
    const atMost = getHeapStatistics().total_heap_size
    burst = null
    const looking = setInterval(() => {
      if (getHeapStatistics().total_heap_size > atMost / 4) return
      clearInterval(looking)
      console.log('given back of ' + Math.floor(atMost / 1e7) + '0 MB')
    }, 100)`)
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^given back of \d+0 MB\n$/) })
})

test('it keeps no process alive, and leaves no global behind', async () => {
  const { code, output } = await run(`
    giveMemoryBackWhenIdle()
    console.log(typeof globalThis.gc)`)
  expect({ code, output }).toEqual({ code: 0, output: 'undefined\n' })
})
