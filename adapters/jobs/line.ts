import type { JobNotification } from 'agenda'

/** One line on which workers tell each other that a job waits. It does not reconnect by itself. */
export type Line = {
  publish(notification: JobNotification): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

export type OpenLine = (on: {
  notification: (notification: JobNotification) => void
  lost: (error: Error) => void
}) => Promise<Line>
