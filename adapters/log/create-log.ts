import { type DestinationStream, type Logger, pino } from 'pino'
import { hideSecrets } from './hide-secrets.ts'

export type LogOptions = {
  /** Of the process, in every line. */
  name: string
  level: string
  /** Lines may wait for others, 100 ms at most: for who writes many. They are lost only when the process is killed. */
  buffered?: boolean
  /** Where the lines go instead of to standard output. */
  destination?: DestinationStream
}

const writtenWithinMs = 100

/**
 * The log of a process: JSON, a line each, without secrets. Every line is looked at once when it is written, at all depths and
 * in messages, too; pino's own redaction knows places only, and costs several times as much.
 */
export function createLog({ name, level, buffered = false, destination }: LogOptions): Logger {
  return pino(
    { name, level, hooks: { streamWrite: hideSecrets } },
    destination ??
      // A write for each line costs more than the line.
      pino.destination(
        buffered ? { sync: false, minLength: 8192, periodicFlush: writtenWithinMs } : { sync: true },
      ),
  )
}
