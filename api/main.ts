import { setTimeout as delay } from 'node:timers/promises'
import { createLog } from '../adapters/log/create-log.ts'
import { giveMemoryBackWhenIdle } from '../adapters/v8/give-memory-back.ts'
import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { installedWithinMs } from '../domain/store/installation/until-installed.ts'
import { type ApiConfig, readApiConfig } from './config.ts'
import { openContext } from './open-context.ts'
import { buildServer } from './server.ts'

const closeWithinMs = 10_000

const config = configOrExit()
const log = createLog({ name: 'api', level: config.logLevel, buffered: true })
process.once('uncaughtException', (err) => {
  log.fatal({ err }, 'something that nobody expected')
  process.exit(1)
})
giveMemoryBackWhenIdle({ onlyOnce: true })
const context = await openContext(config, log).catch(explainAndExit)
await Promise.race([context.installed, delay(installedWithinMs)]).catch(explainAndExit)
// A database that comes later may turn out to be the other environment's.
void context.installed.catch(explainAndExit)
const server = await buildServer(context)

let closing = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (closing) return
    closing = true
    log.info({ signal }, 'stopping')
    const hurry = setTimeout(() => {
      log.warn('not everything ended in time')
      process.exit(1)
    }, closeWithinMs)
    hurry.unref()
    void close().then(() => process.exit(0))
  })
}

try {
  await server.listen({ host: config.host, port: config.port })
  log.info({ url: config.url }, 'ready')
} catch (err) {
  log.fatal({ err }, `can't listen on API_HOST and API_PORT, ${config.host}:${config.port}`)
  await close()
  process.exit(1)
}

async function close(): Promise<void> {
  await server.close()
  await context.close()
}

function configOrExit(): ApiConfig {
  try {
    return readApiConfig()
  } catch (error) {
    return explainAndExit(error)
  }
}

function explainAndExit(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(exitConfig)
}
