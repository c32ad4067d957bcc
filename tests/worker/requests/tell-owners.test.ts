import { beforeEach, expect, it } from 'vitest'
import { changeListMember } from '../../../domain/store/changes/change-list-member.ts'
import { rows } from '../../../domain/store/database.ts'
import { approveChange } from '../../../domain/store/changes/decide-change.ts'
import { tellOwners } from '../../../domain/store/changes/tell-owners.ts'
import type { DiscordStandIn } from '../../../sandbox/discord/stand-in.ts'
import type { MailSink } from '../../../sandbox/servers/mail-sink.ts'
import { wordNews } from '../../../texts/news.ts'
import { sweep } from '../../../worker/jobs/sweep.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { linkTo } from '../links/_linked.ts'

let world: World
let discord: DiscordStandIn
let mail: MailSink
let worker: Worker

beforeEach(async (t) => {
  ;[world, mail] = await Promise.all([createWorld({}, t), startTestMailSink(t)])
  discord = await startTestDiscord({}, t)
  worker = await world.worker(
    { followsDirectory: false },
    {
      DISCORD_TOKEN: discordNames.token,
      DISCORD_API_URL: discord.url,
      SMTP_URL: mail.url,
      SWEEP_INTERVAL_S: '3600',
    },
  )
  await world.mirrored()
  await rows(world.db, `update list set join_policy = 'approval'`)
})

async function owns(uid: string, ...lists: string[]): Promise<void> {
  const memberId = await world.memberId(uid)
  for (const list of lists)
    await rows(
      world.db,
      `insert into list_owner (list_id, member_id) select id, :memberId from list where name = :list`,
      { list, memberId },
    )
}
const link = (uid: string, locale?: string) => linkTo({ world, discord }, uid, locale)
const asks = async (uid: string, list: string) =>
  (await world.request(uid, 'subscribe', list, { via: 'discord' })).id

/** As far as the database knows, a minute goes by; then the clock of the sweeps strikes. */
async function aMinuteLater(): Promise<void> {
  await rows(
    world.db,
    `update change set created_at = created_at - interval '61 seconds' where state = 'awaiting_approval'`,
  )
  await sweep(worker.context)
}
const told = (account: string) => discord.dmsOf(account).map(({ content }) => content)
const firstTold = (account: string) => waitUntil('the owner was told', async () => told(account)[0] ?? null)
const queued = () =>
  rows<{ kind: string }>(
    world.db,
    `select kind from notice where kind = 'asked' union all select kind from mail where kind = 'asked'`,
  )

/** What `/lists add` and `/lists remove` do. */
const says = async (owner: string, action: 'subscribe' | 'unsubscribe', who: string, listName: string) => {
  const managerId = await world.memberId(owner)
  return world.db.transaction((tx) =>
    changeListMember(tx, {
      listName,
      who,
      action,
      managerId,
      managerIsAdmin: false,
      via: 'discord',
      requestId: null,
      removalLimit: { count: 5, percent: 20 },
      mirrorMaxAgeS: 360,
    }),
  )
}

it('an owner hears a minute later who asks, of all their lists in one message, and lets in or turns down', async () => {
  const account = await link('bob')
  await owns('bob', 'chess', 'newcomers')
  const [wanted, other] = [await asks('heidi', 'chess'), await asks('judy', 'newcomers')]
  await asks('ivan', 'hiking')
  await sweep(worker.context)
  expect(await queued()).toEqual([])
  await aMinuteLater()
  expect((await firstTold(account)).split('\n')).toEqual([
    '📬 **Requests to join your lists**',
    '🙋 **heidi** asks to join **chess**.',
    '🙋 **judy** asks to join **newcomers**.',
    'As an owner you can decide, and so can admins: `/lists add` lets somebody in, `/lists remove` turns a request down.',
    '-# To hear less of this: `/notify`',
  ])
  await says('bob', 'subscribe', 'heidi', 'chess')
  await says('bob', 'unsubscribe', 'judy', 'newcomers')
  expect(await world.ended(wanted)).toMatchObject({ state: 'applied' })
  expect(await world.ended(other)).toMatchObject({ state: 'cancelled', reason: { code: 'DENIED' } })
  expect(await world.directory.membersOf('chess')).toContain(world.directory.memberValue('heidi'))
  expect(await world.directory.membersOf('newcomers')).not.toContain(world.directory.memberValue('judy'))
  await aMinuteLater()
  expect(await queued()).toHaveLength(1)
  expect(told(account)).toHaveLength(1)
})

it('an owner without an account hears it by mail, in the language of the server', async () => {
  await rows(world.db, `update installation set locale = 'zh-TW'`)
  await owns('bob', 'chess')
  await asks('heidi', 'chess')
  await aMinuteLater()
  const { subject, text } = await mail.waitForMail(({ to }) => to.includes('bob@example.org'))
  expect(subject).toBe('🙋 heidi 想加入 chess。')
  expect(text).toContain('在 Discord 先用一次 /link')
})

it('whom the directory names as an owner hears it too; who is gone, or does not want to hear it, does not', async () => {
  await owns('bob', 'chess')
  await owns('carol', 'chess')
  await rows(
    world.db,
    `update list set owner_keys = array(select dn_key from member where uid = 'dave') where name = 'chess'`,
  )
  await rows(world.db, `update member set muted = '{asked}' where uid = 'bob'`)
  await rows(world.db, `update member set state = 'gone', gone_at = now() where uid = 'carol'`)
  await asks('heidi', 'chess')
  await aMinuteLater()
  expect(await mail.waitForMail(({ to }) => to.includes('dave@example.org'))).toMatchObject({
    text: expect.stringContaining('heidi asks to join chess.'),
  })
  expect(await queued()).toHaveLength(1)
})

it('what is decided within the minute is not told, and one of several workers tells the rest', async () => {
  await owns('bob', 'chess')
  const decided = await asks('heidi', 'chess')
  await asks('ivan', 'chess')
  const memberId = await world.memberId('ada')
  await world.db.transaction((tx) =>
    approveChange(tx, { changeId: decided ?? '', memberId, via: 'web', requestId: null }),
  )
  await rows(
    world.db,
    `update change set created_at = created_at - interval '61 seconds' where state = 'awaiting_approval'`,
  )
  await Promise.all([1, 2, 3, 4].map(() => tellOwners(world.db, wordNews)))
  const [only, ...more] = await rows<{ text: string }>(
    world.db,
    `select text_body as text from mail where kind = 'asked'`,
  )
  expect(more).toEqual([])
  expect(only?.text).toContain('ivan')
  expect(only?.text).not.toContain('heidi')
})

it('what another worker has in hand is left to it', async () => {
  await owns('bob', 'chess')
  const id = await asks('heidi', 'chess')
  await rows(
    world.db,
    `update change set created_at = created_at - interval '61 seconds' where state = 'awaiting_approval'`,
  )
  await world.db.transaction(async (tx) => {
    await rows(tx, 'select 1 from change where id = :id for no key update', { id })
    expect(await tellOwners(world.db, wordNews)).toBe(0)
  })
  expect(await queued()).toEqual([])
  expect(await tellOwners(world.db, wordNews)).toBe(1)
})

it('however many ask, it is one message, with all of them in its file', async () => {
  const account = await link('bob')
  await owns('bob', 'chess')
  const on = await rows<{ uid: string }>(
    world.db,
    `select m.uid from member m where m.state = 'present' and not exists (
       select 1 from membership s join list l on l.id = s.list_id where l.name = 'chess' and s.member_id = m.id) order by m.uid limit 45`,
  )
  for (const { uid } of on) await asks(uid, 'chess')
  await aMinuteLater()
  const content = await firstTold(account)
  const shown = content.match(/asks to join/g)?.length ?? 0
  expect(shown).toBeGreaterThan(5)
  expect(content).toContain(`… and ${on.length - shown} more, in the file below.\n`)
  expect(discord.dmsOf(account)).toHaveLength(1)
})
