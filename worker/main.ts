import { pino } from 'pino'
import { ConfigError } from '../domain/contracts/environment.ts'
import { readWorkerConfig, type WorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'

const exitConfig = 78 // EX_CONFIG, sysexits.h

const config = configOrExit()
const log = pino({ level: config.LOG_LEVEL, name: 'worker' })
const worker = await startWorker(config, log)

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
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(exitConfig)
  }
}
