import { chosen } from '../../domain/contracts/environment.ts'
import { readEnvironment } from '../../domain/contracts/read-environment.ts'
import type { Screen } from '../prompt/screen.ts'
import { choosePort, refuseTaken } from './choose-port.ts'
import type { Given } from './given-environment.ts'

export type ApiAddress = {
  host: string
  port: number
  /** How people reach it. */
  url: string
  /** How we reach it, from this machine. */
  localUrl: string
}

const easyPort = 8080

/**
 * Where the API shall listen: where it was told to, else on the port that people know, else on a free one (which 0 asks for).
 * @throws {ConfigError} when what was told is no port or no address, and {Error} when that port is taken.
 */
export async function chooseApiAddress(
  { environment }: Given,
  { screen, isThrowaway }: { screen: Screen; isThrowaway: boolean },
): Promise<ApiAddress> {
  // HEALTH_PORT is looked at elsewhere, but what is wrong is said in one go.
  const read = readEnvironment(chosen('API_HOST', 'API_PORT', 'API_URL', 'HEALTH_PORT'), environment)
  const host = read.API_HOST
  const asked = environment['API_PORT'] ? read.API_PORT : null
  if (asked !== null && asked > 0) await refuseTaken('API_PORT', asked)
  const port = asked || (await choosePort(isThrowaway || asked === 0 ? null : easyPort))
  if (asked === null && port !== easyPort && !isThrowaway)
    screen.print(`  Port ${easyPort} is taken, so the API gets ${port}. (API_PORT=… chooses another one.)`)
  const localUrl = `http://${reachable(host)}:${port}`
  return { host, port, url: environment['API_URL'] || localUrl, localUrl }
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
