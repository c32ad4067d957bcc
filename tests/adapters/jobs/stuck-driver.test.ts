import { Socket } from 'node:net'
import { pino } from 'pino'
import { beforeAll, describe, expect, inject, it, type TestContext } from 'vitest'
import { createJobs, type Jobs } from '../../../adapters/jobs/create-jobs.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTcpProxy, type TcpProxy } from '../../_support/tcp-proxy.ts'
import { waitUntil } from '../../_support/world.ts'
import { mongodbKind } from './job-stores.ts'

type Break = { port: number; said: RegExp; isBroken: boolean }

/** What the tests of this file, side by side, wait to break. */
const breaks: Break[] = []
const write = Reflect.get(Socket.prototype, 'write') as (...what: unknown[]) => boolean

beforeAll(() => {
  Socket.prototype.write = function (this: Socket, ...what: unknown[]): boolean {
    const [data] = what
    const due = breaks.find(
      ({ port, said, isBroken }) =>
        !isBroken && this.remotePort === port && data instanceof Uint8Array && said.test(String(data)),
    )
    if (due) {
      due.isBroken = true
      this.destroy()
    }
    return Reflect.apply(write, this, what)
  }
  return () => {
    Socket.prototype.write = write
  }
})

/**
 * The next thing said to this port that matches is written into a socket that has just broken and has not said so yet:
 * Node then answers `false`, as if it were full, and no event ever follows.
 */
function breakAt(port: number, said: RegExp): Break {
  const due = { port, said, isBroken: false }
  breaks.push(due)
  return due
}

async function start(t: TestContext): Promise<{ jobs: Jobs; lanes: number[]; proxy: TcpProxy }> {
  const store = await mongodbKind.store(t)
  const url = new URL(store.url)
  const proxy = await startTcpProxy(Number(url.port), t)
  url.port = String(proxy.port)
  const jobs = await createJobs({
    url: url.href,
    redisUrl: store.redisUrlOf('dev'),
    environment: 'dev',
    name: 'test',
    log: pino({ level: 'silent' }),
  })
  cleanUpAfter(t, () => jobs.stop({ graceMs: 0 }))
  const lanes: number[] = []
  jobs.define('apply', { concurrency: 1, lockLifetimeMs: 30_000 }, async ({ lane }) => void lanes.push(lane))
  await jobs.start()
  return { jobs, lanes, proxy }
}

describe
  .skipIf(inject('mongoUrl') === null)
  .concurrent('what is lost in a connection that broke as it was written to', () => {
    it('a look of the driver: the store is back all the same', async (t) => {
      const { jobs, lanes, proxy } = await start(t)
      const look = breakAt(proxy.port, /hello|ismaster/i)
      await waitUntil('a look was lost', async () => look.isBroken || null)
      proxy.cut()
      await waitUntil('the store is seen to be away', async () => !(await jobs.healthy()) || null)
      await waitUntil('the store is back', async () => (await jobs.healthy()) || null)
      await jobs.now('apply', { lane: 7 })
      await expect.poll(() => lanes).toEqual([7])
    }, 60_000)

    it('a question for the next job: the job is taken all the same', async (t) => {
      const { jobs, lanes, proxy } = await start(t)
      const question = breakAt(proxy.port, /findAndModify/)
      await waitUntil('a question was lost', async () => question.isBroken || null)
      await waitUntil('the store takes a job', () =>
        jobs.now('apply', { lane: 7 }).then(
          () => true,
          () => null,
        ),
      )
      await expect.poll(() => lanes, { timeout: 30_000 }).toEqual([7])
    }, 60_000)

    it('a job: whoever queues it is told', async (t) => {
      const { jobs, proxy } = await start(t)
      breakAt(proxy.port, /insert/)
      await expect(jobs.now('apply', { lane: 7 })).rejects.toThrow("didn't take the job apply")
    }, 60_000)
  })
