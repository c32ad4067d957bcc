import { accepts } from '../child.ts'
import { freePort, isFree } from '../free-port.ts'

/** The port that people know, or a free one where nobody shall know it or somebody else has it. */
export async function choosePort(preferred: number | null): Promise<number> {
  return preferred === null || (await isTaken(preferred)) ? freePort() : preferred
}

/** Somebody may listen on all addresses, which some systems allow beside a listener on one. */
export async function isTaken(port: number): Promise<boolean> {
  return (await accepts(port)) || !(await isFree(port))
}
