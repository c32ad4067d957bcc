import { rows } from '../../domain/store/database.ts'
import { approveChange, denyChange } from '../../domain/store/changes/decide-change.ts'
import { tellMembers } from '../../domain/store/changes/tell-members.ts'
import { tellOwners } from '../../domain/store/changes/tell-owners.ts'
import { wordNews } from '../../texts/news.ts'
import { mirrorShows, removeMember } from '../worker/sync/_mirror.ts'
import type { NoticesStory } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

/** What members hear of their lists, each of one thing, and one whose direct messages are closed. */
export async function membersHear(story: NoticesStory): Promise<Recorded[]> {
  const { world, discord, mail, link } = story
  const { db } = world
  const ada = { memberId: await world.memberId('ada'), via: 'api', requestId: null } as const
  const asks = async (uid: string): Promise<string> =>
    (await world.request(uid, 'subscribe', 'hiking')).id ?? ''

  const [alice, bob, carol, dave, heidi, ivan, judy, kenji] = [
    await link('alice'),
    await link('bob'),
    await link('carol'),
    await link('dave'),
    await link('heidi'),
    await link('ivan'),
    await link('judy'),
    await link('kenji'),
  ]
  discord.closeDms(kenji)
  await rows(db, `update list set join_policy = 'approval' where name = 'hiking'`)

  await removeMember(world, 'news', 'carol')
  const [approved, denied, failed] = [await asks('bob'), await asks('judy'), await asks('heidi')]
  for (const [uid, list] of [
    ['alice', 'choir'],
    ['alice', 'events'],
    ['kenji', 'choir'],
  ] as const)
    await putOnByAdmin(story, uid, list)
  await db.transaction((tx) => approveChange(tx, { changeId: approved, ...ada }))
  await db.transaction((tx) => denyChange(tx, { changeId: denied, reason: 'We begin again in May', ...ada }))
  await rows(
    db,
    `update change set state = 'failed', ended_at = now(), reason_code = 'NO_ADDRESS', reason_message = 'No address.' where id = :failed`,
    { failed },
  )
  await world.ended(approved)
  await mirrorShows(world, 'news', 'carol', false)
  await world.ended((await world.request('ivan', 'subscribe', 'newcomers', { via: 'discord' })).id)
  await rows(
    db,
    `insert into list_owner (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'hiking' and m.uid = 'dave'`,
  )
  const asking = [await asks('niaj'), await asks('wendy')]
  await rows(
    db,
    `update change set created_at = created_at - interval '61 seconds' where id = any(:asking::uuid[])`,
    { asking },
  )
  const mailed = mail.messages.length
  await listNewsAreTold(story)

  const heard = (heading: string, remark: string, ...accounts: string[]): Recorded => ({
    heading,
    remark,
    messages: accounts.flatMap((account) => discord.dmsOf(account)),
  })
  return [
    heard(
      'Somebody else put a member on lists',
      'A direct message, a minute later: all of that minute in one.',
      alice,
    ),
    heard(
      'A member was taken off a list by another tool',
      'Or by an admin or owner, which is said in the same way.',
      carol,
    ),
    heard('A member’s request was decided', 'Approved and done; or denied, with the reason.', bob, judy),
    heard('A member’s request failed', 'With what to do about it.', heidi),
    heard(
      'Somebody asks to join a member’s list',
      'To each owner, a minute later if nobody has decided by then: all of that minute in one.',
      dave,
    ),
    heard(
      'A command’s answer that could not be shown in Discord',
      'The bot was started anew, or the change took longer than the quarter of an hour in which Discord lets it answer.',
      ivan,
    ),
    {
      heading: 'A member whose direct messages are closed',
      remark: 'Hears the same by mail, as does one who has no account linked.',
      messages: discord.dmsOf(kenji),
      mails: mail.messages.slice(mailed),
    },
  ]
}

/** Ada puts somebody on a list, and it is done. */
export async function putOnByAdmin({ world }: NoticesStory, uid: string, list: string): Promise<void> {
  const { id } = await world.request(uid, 'subscribe', list, { uid: 'ada' })
  await world.ended(id)
}

/** A minute later members are told what happened to them. */
export async function listNewsAreTold({ world: { db }, allTold }: NoticesStory): Promise<void> {
  await rows(
    db,
    `with d as (update drift set at = at - interval '61 seconds')
     update change set ended_at = ended_at - interval '61 seconds' where ended_at is not null`,
  )
  await tellMembers(db, wordNews)
  await tellOwners(db, wordNews)
  await allTold()
}
