import type { Screen } from '../prompt/screen.ts'
import { choosePort, isTaken } from './choose-port.ts'
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
 * Where the API shall listen: where it was told to, else on the port that people know, else on a free one.
 * @throws {Error} when API_PORT was asked for and is taken.
 */
export async function chooseApiAddress(
  { environment }: Given,
  { screen, isThrowaway }: { screen: Screen; isThrowaway: boolean },
): Promise<ApiAddress> {
  const host = environment['API_HOST'] || '127.0.0.1'
  const asked = Number(environment['API_PORT'] || 0)
  if (asked > 0 && (await isTaken(asked)))
    throw new Error(
      `API_PORT is ${asked}, but something listens there already. Stop that, or choose another one: API_PORT=${asked + 1} npm start`,
    )
  const port = asked > 0 ? asked : await choosePort(isThrowaway ? null : easyPort)
  if (asked === 0 && port !== easyPort && !isThrowaway)
    screen.print(`  Port ${easyPort} is taken, so the API gets ${port}. (API_PORT=… chooses another one.)`)
  const localUrl = `http://${reachable(host)}:${port}`
  return { host, port, url: environment['API_URL'] || localUrl, localUrl }
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
