import { EventEmitter } from 'node:events'
import { type JobNotification, type NotificationChannel, type NotificationHandler, toJobId } from 'agenda'
import type { Logger } from 'pino'
import { withDeadline } from './deadline.ts'
import type { Line, OpenLine } from './line.ts'
import { messageOf, watchOutage } from '../log/outage.ts'

const retryMs = 1000
const publishWithinMs = 1000

export type Notifications = NotificationChannel & {
  /** Makes this process look for waiting jobs of that name. */
  nudge(jobName: string): void
}

/**
 * The notification channel that Agenda is given: it keeps one line open, throws it away on any error and opens
 * another. It never rejects and never holds a job up: without it a job is found by polling. It carries new jobs
 * only, since the backends' own channels would send three more messages for each job that runs.
 */
export function keepNotifications(open: OpenLine, log: Logger): Notifications {
  const handlers = new Set<NotificationHandler>()
  const events = new EventEmitter()
  const outage = watchOutage(log, 'job notifications')
  let line: Line | undefined
  let retry: NodeJS.Timeout | undefined
  let wanted = false

  async function connect(): Promise<void> {
    let opened: Line | undefined
    let trouble: Error | undefined
    const lost = (error: Error) => {
      trouble ??= error
      if (opened === undefined || opened !== line) return
      line = undefined
      void opened.close()
      connectLater(error)
    }
    try {
      opened = await open({ notification: deliver, lost })
      if (trouble !== undefined) throw trouble
      if (!wanted) return await opened.close()
      line = opened
      outage.over()
    } catch (error) {
      await opened?.close()
      connectLater(error)
    }
  }

  function connectLater(error: unknown): void {
    if (!wanted) return
    outage.began(error)
    retry = setTimeout(() => void connect(), retryMs)
  }

  function deliver(notification: JobNotification): void {
    for (const handler of handlers) void handler(notification)
  }

  return {
    get state() {
      if (line !== undefined) return 'connected'
      return wanted ? 'reconnecting' : 'disconnected'
    },
    async connect() {
      wanted = true
      await connect()
    },
    async disconnect() {
      wanted = false
      clearTimeout(retry)
      handlers.clear()
      const open = line
      line = undefined
      await open?.close()
    },
    subscribe(handler) {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
    async publish(notification) {
      if (line === undefined) return
      await withDeadline(line.publish(notification), publishWithinMs, 'a notification').catch(
        (error: unknown) =>
          log.debug(
            { reason: messageOf(error) },
            'a job notification was not sent; the job is found by polling',
          ),
      )
    },
    nudge(jobName) {
      const timestamp = new Date()
      deliver({ jobId: toJobId(''), jobName, nextRunAt: null, priority: 0, timestamp })
    },
    on(event: string, listener: (...parts: never[]) => void) {
      events.on(event, listener as (...parts: unknown[]) => void)
      return this
    },
    off(event: string, listener: (...parts: never[]) => void) {
      events.off(event, listener as (...parts: unknown[]) => void)
      return this
    },
  }
}
