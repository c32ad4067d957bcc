import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Where .ci/run wants the outcome as JSON besides what people read.
const jsonFile = process.env['VITEST_JSON_FILE']

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/_support/run-servers.ts'],
    setupFiles: ['tests/_support/cleanup.ts'],
    // Compiling its modules is half of a start: the processes that tests start keep that for each other, as those of `npm start` do.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    pool: 'forks',
    // More than there are processors: most of the time a test waits for a server.
    maxWorkers: 4,
    // Generous: tests wait for conditions, and a busy machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    expect: { poll: { timeout: 15_000, interval: 20 } },
    reporters:
      jsonFile === undefined
        ? ['default']
        : [
            'default',
            ['json', { outputFile: jsonFile }],
            ['./.ci/count-unhandled.mjs', { outputFile: `${jsonFile}.unhandled` }],
          ],
  },
})
