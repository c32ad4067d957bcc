import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { lastingTrouble } from '../../rules/lasting-trouble.ts'
import { pause } from '../../rules/pause.ts'

type Log = { info(details: object, message: string): void; warn(details: object, message: string): void }

/** Who waits for the lock asks this often. */
const askEveryMs = 1000
const heartbeatMs = 2000
const deadlineMs = 5000
/** Postgres ends the session of a holder who says nothing for so long: a frozen one does not keep others waiting. */
const silenceMs = 10_000
const goodbyeMs = 500
/** 'feed', as a number: the session lock of the one who consumes the directory's feed. */
const lockKey = 0x66656564

/**
 * Does `work` again and again while this process is the only one that does: it holds a session lock on a connection of its own.
 * With the connection the lock is lost; the signal that `work` was given tells it to stop at once, and somebody else goes on.
 * Ends when `stopping` is aborted. Never throws.
 */
export async function whileOnlyOne(
  url: string,
  { stopping, log, name = 'guildpost-feed' }: { stopping: AbortSignal; log: Log; name?: string },
  work: (until: AbortSignal) => Promise<void>,
): Promise<void> {
  const trouble = lastingTrouble()
  const onConnected = () =>
    trouble.over((lastedMs) =>
      log.info({ lastedMs }, 'Postgres answers again: somebody follows the directory'),
    )
  while (!stopping.aborted) {
    try {
      await oneConnection(url, name, { stopping, onConnected }, work)
    } catch (error) {
      if (!stopping.aborted)
        trouble.met(error, () =>
          log.warn(
            { err: error },
            'the lock of the one worker that follows the directory can’t be had or kept',
          ),
        )
    }
    await pause(askEveryMs, stopping)
  }
}

async function oneConnection(
  url: string,
  name: string,
  { stopping, onConnected }: { stopping: AbortSignal; onConnected: () => void },
  work: (until: AbortSignal) => Promise<void>,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: deadlineMs,
    keepAlive: true,
    query_timeout: deadlineMs,
  })
  const lost = new AbortController()
  client.on('error', (cause) => lost.abort(cause))
  client.on('end', () => lost.abort(new Error('the connection ended')))
  const until = AbortSignal.any([stopping, lost.signal])
  try {
    await client.connect()
    await client.query(`set idle_session_timeout = ${silenceMs}`)
    onConnected()
    while (!until.aborted && !(await hasLock(client))) await pause(askEveryMs, until)
    if (until.aborted) return
    await Promise.all([
      work(until).finally(() => lost.abort(new Error('the work is over'))),
      keepTalking(client, until).catch((error: unknown) => lost.abort(error)),
    ])
  } finally {
    await Promise.race([client.end(), delay(goodbyeMs)]).catch(() => undefined)
  }
}

async function hasLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    lockKey,
  ])
  return rows[0]?.locked === true
}

/** A half-open connection reports nothing; only a question shows it. */
async function keepTalking(client: Client, until: AbortSignal): Promise<void> {
  for (;;) {
    await pause(heartbeatMs, until)
    if (until.aborted) return
    await client.query('select 1')
  }
}
