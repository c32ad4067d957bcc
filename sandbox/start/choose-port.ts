import { accepts } from '../child.ts'
import { freePort, isFree } from '../free-port.ts'

/** The port that people know, or a free one where nobody shall know it or somebody else has it. */
export async function choosePort(preferred: number | null): Promise<number> {
  return preferred === null || (await isTaken(preferred)) ? freePort() : preferred
}

/** Somebody may listen on all addresses, which some systems allow beside a listener on one. */
async function isTaken(port: number): Promise<boolean> {
  return (await accepts(port)) || !(await isFree(port))
}

/** @throws {Error} when somebody asked for `port` by that variable and it is taken. */
export async function refuseTaken(variable: string, port: number): Promise<void> {
  if (!(await isTaken(port))) return
  const other = port < 65_535 ? port + 1 : port - 1
  throw new Error(
    `${variable} is ${port}, but something listens there already. Stop that, or choose another one: ${variable}=${other} npm start`,
  )
}
