import { chosen } from '../../domain/contracts/environment.ts'
import { ConfigError, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { freePort } from '../free-port.ts'
import type { Screen } from '../prompt/screen.ts'
import type { ApiAddress } from './api-address.ts'
import { refuseTaken } from './choose-port.ts'
import type { Given } from './given-environment.ts'

export type HealthPorts = { worker: number; bot: number }

/**
 * Where worker and bot say that they live: the worker where HEALTH_PORT says, and the bot, which can't listen on the same one, where
 * nobody does.
 * @throws {ConfigError} when HEALTH_PORT is no port, or the API's, and {Error} when it is taken.
 */
export async function chooseHealthPorts(
  { environment }: Given,
  { screen, address }: { screen: Screen; address: ApiAddress },
): Promise<HealthPorts> {
  const { HEALTH_PORT: asked } = readEnvironment(chosen('HEALTH_PORT'), environment)
  const bot = await freePort()
  if (asked === undefined) return { worker: await freePort(), bot }
  if (asked === address.port)
    throw new ConfigError([
      `HEALTH_PORT is ${asked}, where the API listens. Choose another one. Example: HEALTH_PORT=${asked + 1}`,
    ])
  await refuseTaken('HEALTH_PORT', asked)
  screen.print(`  HEALTH_PORT ${asked} is the worker’s; the bot, which can’t share it, gets ${bot}.`)
  return { worker: asked, bot }
}
