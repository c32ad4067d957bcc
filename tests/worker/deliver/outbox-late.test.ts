import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { resendOutbox } from '../../../domain/store/outbox/resend-outbox.ts'
import { channelStories } from './_channel-stories.ts'

const { story, id, shown, raise, dueNow, beganLongAgo } = channelStories()

it('an incident that is told late says when it began, and goes on saying so', async () => {
  await story().triedFiveTimes(id())
  await raise('Six wait for long')
  await beganLongAgo()
  await story().untilDone(id())
  expect(shown()).toEqual([expect.stringMatching(/Six wait for long[^]*<t:\d+:f>/)])
  await raise('Five wait for long')
  await dueNow()
  await story().untilDone(id())
  expect(shown()).toEqual([expect.stringMatching(/Five wait for long[^]*<t:\d+:f>/)])
})

it('an incident that was told in time says nothing of that, however late it is told anew', async () => {
  await raise('Six wait')
  await story().untilDone(id())
  await beganLongAgo()
  await raise('Others wait')
  await dueNow()
  await story().untilDone(id())
  expect(shown()).toEqual([expect.not.stringMatching(/<t:\d+:f>/)])
  expect(shown()).toEqual([expect.stringContaining('Others wait')])
})

it('what is sent again says when it was written first, however often that is', async () => {
  const dave = '600000000000000004'
  story().discord.addUser({ id: dave, username: 'dave' })
  const [written] = await rows<{ id: string; at: number }>(
    story().db,
    `insert into notice (id, kind, destination_kind, destination_id, body, state, created_at, ended_at)
     values (gen_random_uuid(), 'change-ended', 'member', :dave, '{"content": "You are on news now.", "mail": null}', 'failed',
       now() - interval '2 days', now())
     returning id, floor(extract(epoch from created_at))::integer as at`,
    { dave },
  )
  if (!written) throw new Error('nothing was written')
  const resend = () =>
    story().db.transaction((tx) =>
      resendOutbox(tx, {
        ids: [written.id],
        adminId: newId(),
        via: 'api',
        requestId: null,
        defaults: { alertChannelId: null, workflowChannelId: null, alertMailTo: null },
      }),
    )
  expect(await resend()).toBe(1)
  await rows(story().db, `update notice set state = 'failed', ended_at = now() where id = :id`, written)
  expect(await resend()).toBe(1)
  await story().untilDone(dave)
  expect(
    story()
      .discord.dmsOf(dave)
      .map(({ content }) => content),
  ).toEqual([expect.stringContaining(`<t:${written.at}:f>`)])
})

it('what a member is told late says when it happened, in the member’s language', async () => {
  const carol = '600000000000000003'
  story().discord.addUser({ id: carol, username: 'carol' })
  await rows(
    story().db,
    `with link as (
       insert into discord_link (id, discord_user_id, member_id, locale)
       select gen_random_uuid(), :carol, id, 'zh-TW' from member limit 1)
     insert into notice (id, kind, destination_kind, destination_id, body, created_at)
     select gen_random_uuid(), 'change-ended', 'member', :carol, jsonb_build_object('content', content, 'mail', null), now() - make_interval(secs => age)
     from (values ('舊的。', 300), ('新的。', 0)) as told (content, age)`,
    { carol },
  )
  await story().untilDone(carol)
  expect(
    story()
      .discord.dmsOf(carol)
      .map(({ content }) => content),
  ).toEqual([expect.stringMatching(/^舊的。\n-# .*這件事發生在 <t:\d+:f>/), '新的。'])
})
