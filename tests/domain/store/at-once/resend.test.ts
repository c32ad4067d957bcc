import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { resendOutbox } from '../../../../domain/store/outbox/resend-outbox.ts'
import { tellTopic } from '../../../../domain/store/topics/tell-topic.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

it('dead letters are sent again while their topic is told on', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  const [topicId, adminId] = [newId(), newId()]
  await rows(
    db,
    `insert into topic (id, source, event, key, severity, state, facts, happened_at)
     values (:topicId, 'alertmanager', 'alert.firing', 'k', 'warning', 'open', '{}', now() - interval '1 hour')`,
    { topicId },
  )
  // A table that has been in use for a while.
  await rows(
    db,
    `insert into notice (id, kind, destination_kind, destination_id, body, state, ended_at)
     select gen_random_uuid(), 'change-ended', 'member', n::text, '{}', 'sent', now() - interval '1 day' from generate_series(1, 5000) n`,
  )
  for (const [at, channel] of ['z', 'a', 'm'].entries())
    await rows(
      db,
      `insert into notice (id, kind, destination_kind, destination_id, topic_id, body, state, error, ended_at)
       values (:id, 'topic', 'channel', :channel, :topicId, '{}', 'failed', 'x', now() - interval '1 minute' * :ago)`,
      { id: newId(), channel, topicId, ago: 10 - at },
    )
  await rows(db, 'analyze')
  const defaults = { alertChannelId: 'a', workflowChannelId: null, mailTo: null }
  const somebody = await db.transaction()
  await rows(somebody, `select 1 from notice where destination_id = 'm' and topic_id is not null for update`)
  const telling = db.transaction((tx) =>
    tellTopic(
      tx,
      {
        source: 'alertmanager',
        event: 'alert.resolved',
        repository: null,
        branch: null,
        severity: 'warning',
        isNews: true,
        key: 'k',
        state: 'resolved',
        facts: {} as never,
        memberId: null,
        happenedAt: null,
        goesOn: false,
        endsOnly: true,
      },
      { defaults: defaults as never, word: () => ({ subject: 'x', text: 'x' }) },
    ),
  )
  telling.catch(() => undefined)
  await somebodyWaits({ db })
  const resending = db.transaction((tx) =>
    resendOutbox(tx, { ids: null, adminId, via: 'web', defaults: defaults as never, requestId: null }),
  )
  resending.catch(() => undefined)
  await somebodyWaits({ db }, 2)
  await somebody.commit()
  const both = await Promise.allSettled([telling, resending])
  expect(both.map((end) => (end.status === 'rejected' ? String(end.reason) : 'done'))).toEqual([
    'done',
    'done',
  ])
})
