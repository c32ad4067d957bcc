import { expect, it } from 'vitest'
import { rows } from '../../../../domain/store/database.ts'
import { approveChange, denyChange } from '../../../../domain/store/changes/decide-change.ts'
import { createWorld, waitUntil } from '../../../_support/world.ts'

it('approved, it reaches the directory; denied, it does not, and the member hears of it', async (t) => {
  const world = await createWorld({}, t)
  await world.worker()
  await world.mirrored()
  await rows(world.db, `update list set join_policy = 'approval'`)
  const before = await world.directory.membersOf('chess')
  expect(before).not.toContain(world.directory.memberValue('heidi'))
  const decided = {
    memberId: await world.memberId('ada'),
    asAdmin: true,
    via: 'web' as const,
    requestId: null,
  }
  const wanted = await world.request('heidi', 'subscribe', 'chess')
  const other = await world.request('heidi', 'subscribe', 'news', { via: 'discord' })
  expect([wanted.state, other.state]).toEqual(['awaiting_approval', 'awaiting_approval'])

  await world.db.transaction((tx) => approveChange(tx, { ...decided, changeId: wanted.id ?? '' }))
  expect(await world.ended(wanted.id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await world.directory.membersOf('chess')).toContain(world.directory.memberValue('heidi'))

  await world.db.transaction((tx) => denyChange(tx, { ...decided, changeId: other.id ?? '', reason: null }))
  await rows(world.db, `update change set ended_at = now() - interval '2 minutes' where state = 'cancelled'`)
  const mail = await waitUntil('the member was told', async () => {
    const [found] = await rows<{ text: string }>(world.db, 'select text_body as text from mail')
    return found ?? null
  })
  expect(mail.text).toContain('Your request to join news was not approved')
})
