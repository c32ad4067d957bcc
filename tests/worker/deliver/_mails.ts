import type { TestContext } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import type { MailSink } from '../../../sandbox/servers/mail-sink.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

export type MailRow = {
  id: string
  toAddress: string
  state: 'queued' | 'sent' | 'failed'
  attempts: number
  error: string | null
  isInHand: boolean
}

export type Post = {
  world: World
  sink: MailSink
  /** Begins to send, by one worker more. */
  work: () => Promise<void>
  /** Puts a mail to each of them into the outbox, as its cause would. */
  queue: (...to: string[]) => Promise<void>
  /** The mail of the outbox, by address. */
  kept: () => Promise<MailRow[]>
  /** Waits until none of it is queued any more. */
  ended: () => Promise<MailRow[]>
}

/** A mail server, and workers that know it. */
export async function createPost(t: TestContext, world?: World): Promise<Post> {
  const own = world ?? (await createWorld({}, t))
  const sink = await startTestMailSink(t)
  const kept = () =>
    rows<MailRow>(
      own.db,
      `select id, to_address, state, attempts, error, lease_token is not null as is_in_hand from mail order by to_address`,
    )
  return {
    world: own,
    sink,
    // Nothing is left to the sweep.
    work: async () => void (await own.worker({}, { SMTP_URL: sink.url, SWEEP_INTERVAL_S: '3600' })),
    queue: async (...to) => {
      for (const toAddress of to)
        await rows(
          own.db,
          `insert into mail (id, kind, to_address, subject, text_body) values (:id, 'change-ended', :toAddress, 'You’re on news now.', :text)`,
          { id: newId(), toAddress, text: `Proven to ${toAddress}.` },
        )
      await rows(own.db, `select pg_notify('outbox', '')`)
    },
    kept,
    ended: () =>
      waitUntil('no mail waits any more', async () => {
        const found = await kept()
        return found.every(({ state }) => state !== 'queued') ? found : null
      }),
  }
}

/** Who got something, and each mail as often as it came. */
export const arrived = (sink: MailSink): string[] => sink.messages.flatMap(({ to }) => to).toSorted()
