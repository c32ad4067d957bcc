import { Socket } from 'node:net'
import { pino } from 'pino'
import { beforeAll, describe, inject, it, type TestContext } from 'vitest'
import { createJobs, type Jobs } from '../../../adapters/jobs/create-jobs.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTcpProxy, type TcpProxy } from '../../_support/tcp-proxy.ts'
import { waitUntil } from '../../_support/world.ts'
import { mongodbKind } from './job-stores.ts'

type Break = { port: number; said: RegExp; unlike: RegExp | null; left: number }

/** What the tests of this file, side by side, wait to break. */
const breaks: Break[] = []
const write = Reflect.get(Socket.prototype, 'write') as (...what: unknown[]) => boolean

beforeAll(() => {
  Socket.prototype.write = function (this: Socket, ...what: unknown[]): boolean {
    const [data] = what
    const due = breaks.find(
      ({ port, said, unlike, left }) =>
        left > 0 &&
        this.remotePort === port &&
        data instanceof Uint8Array &&
        said.test(String(data)) &&
        unlike?.test(String(data)) !== true,
    )
    if (due) {
      due.left -= 1
      this.destroy()
    }
    return Reflect.apply(write, this, what)
  }
  return () => {
    Socket.prototype.write = write
  }
})

/** What a client says of itself when it connects. */
const handshake = /nodejs/

/**
 * The next things said to this port that match are written into sockets that have just broken and have not said so yet:
 * Node then answers `false`, as if they were full, and no event ever follows.
 */
function breakAt(
  port: number,
  said: RegExp,
  { unlike = null, times = 1 }: { unlike?: RegExp | null; times?: number } = {},
): Break {
  const due = { port, said, unlike, left: times }
  breaks.push(due)
  return due
}

const isOver = (due: Break) => waitUntil(`${due.said} was lost`, async () => due.left === 0 || null)

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

/** Every connection is cut: the store is away, is back, and takes and gives jobs. */
async function comesBack(t: TestContext, { jobs, lanes, proxy }: Awaited<ReturnType<typeof start>>) {
  const { expect } = t
  proxy.cut()
  await waitUntil('the store is seen to be away', async () => !(await jobs.healthy()) || null)
  await waitUntil('the store is back', async () => (await jobs.healthy()) || null)
  await jobs.now('apply', { lane: 7 })
  await expect.poll(() => lanes).toEqual([7])
}

describe
  .skipIf(inject('mongoUrl') === null)
  .concurrent('what is lost in a connection that broke as it was written to', () => {
    it('a look of the driver: the store is back all the same', async (t) => {
      const { expect } = t
      const started = await start(t)
      await isOver(breakAt(started.proxy.port, /hello|ismaster/i, { unlike: handshake }))
      await expect(comesBack(t, started)).resolves.toBeUndefined()
    }, 60_000)

    it('as many handshakes as the driver makes at once: the store is back all the same', async (t) => {
      const { expect } = t
      const started = await start(t)
      const handshakes = breakAt(started.proxy.port, handshake, { times: 2 })
      // More at once than there are connections: it makes some.
      void Promise.all(Array.from({ length: 16 }, () => started.jobs.healthy()))
      await isOver(handshakes)
      await expect(comesBack(t, started)).resolves.toBeUndefined()
    }, 60_000)

    it('a question for the next job: the job is taken all the same', async (t) => {
      const { expect } = t
      const { jobs, lanes, proxy } = await start(t)
      await isOver(breakAt(proxy.port, /findAndModify/))
      await waitUntil('the store takes a job', () =>
        jobs.now('apply', { lane: 7 }).then(
          () => true,
          () => null,
        ),
      )
      await expect.poll(() => lanes, { timeout: 30_000 }).toEqual([7])
    }, 60_000)

    it('a job: whoever queues it is told', async (t) => {
      const { expect } = t
      const { jobs, proxy } = await start(t)
      breakAt(proxy.port, /insert/)
      await expect(jobs.now('apply', { lane: 7 })).rejects.toThrow("didn't take the job apply")
    }, 60_000)
  })
