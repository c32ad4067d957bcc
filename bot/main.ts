import { setTimeout as delay } from 'node:timers/promises'
import { createLog } from '../adapters/log/create-log.ts'
import { giveMemoryBackWhenIdle } from '../adapters/v8/give-memory-back.ts'
import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { startBot } from './bot.ts'
import { type BotConfig, readBotConfig } from './config.ts'

const stopWithinMs = 15_000

process.exit(await run(configOrExit()))

function configOrExit(): BotConfig {
  try {
    return readBotConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(exitConfig)
  }
}

/**
 * Until a signal asks to end (0), Discord shuts the bot out or another bot has taken over (1: the supervisor starts it again), or the
 * installation turns out to be another one's (78).
 */
async function run(config: BotConfig): Promise<number> {
  const log = createLog({ name: 'bot', level: config.logLevel })
  process.once('uncaughtException', (err) => {
    log.fatal({ err }, 'something that nobody expected')
    process.exit(1)
  })
  const end = Promise.withResolvers<number>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      log.info({ signal }, 'the bot is about to end')
      end.resolve(0)
    })
  const ending = new AbortController()
  const fail = (error: unknown) => {
    if (ending.signal.aborted) return
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`)
      return end.resolve(exitConfig)
    }
    log.fatal({ err: error }, 'the bot can’t go on')
    end.resolve(1)
  }
  giveMemoryBackWhenIdle({ onlyOnce: true })
  const starting = startBot(config, { log, signal: ending.signal })
  starting.then(({ lost }) => lost.then(fail), fail)
  const code = await end.promise
  ending.abort()
  const stopped = starting.then(
    (bot) => bot.stop(),
    () => undefined,
  )
  await Promise.race([stopped, delay(stopWithinMs)])
  return code
}
