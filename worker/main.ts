import { createLog } from '../adapters/log/create-log.ts'
import { giveMemoryBackWhenIdle } from '../adapters/v8/give-memory-back.ts'
import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { readWorkerConfig, type WorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'

const config = configOrExit()
const log = createLog({ name: 'worker', level: config.LOG_LEVEL })
process.once('uncaughtException', (err) => {
  log.fatal({ err }, 'something that nobody expected')
  process.exit(1)
})
giveMemoryBackWhenIdle()
const worker = await startWorker(config, log).catch(explainAndExit)
void worker.lost.then(explainAndExit)

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    log.info({ signal }, 'stopping: what is in hand is finished first')
    void worker.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the stop went wrong')
        process.exit(1)
      },
    )
  })

function configOrExit(): WorkerConfig {
  try {
    return readWorkerConfig()
  } catch (error) {
    return explainAndExit(error)
  }
}

function explainAndExit(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(exitConfig)
}
