import { beforeAll, describe, expect, it } from 'vitest'
import type { DiscordUser } from '../../sandbox/discord/stand-in.ts'
import { mongoTestUrl } from '../_support/servers.ts'
import { createSystem, type System } from '../_support/system.ts'
import { rows } from '../../domain/store/database.ts'

describe.each([
  ['postgres', (): string | null | undefined => undefined],
  ['mongodb', mongoTestUrl],
] as const)('with Agenda on the %s store', (store, jobsUrlOf) => {
  let system: System
  let alice: DiscordUser

  beforeAll(async () => {
    const jobsUrl = jobsUrlOf()
    if (jobsUrl === null) return
    system = await createSystem(jobsUrl === undefined ? {} : { jobsUrl })
    await Promise.all([system.start('api'), system.start('worker'), system.start('bot')])
    await system.mirrored()
    alice = system.onDiscord('alice')
  })

  it('a member links, subscribes, sees it, and unsubscribes, each proven by the directory', async ({
    skip,
  }) => {
    skip(jobsUrlOf() === null, `no FerretDB here: the ${store} store was not tried`)
    const stranger = await (await system.discord.slash(alice, 'subscribe', { list: 'news' })).settled()
    expect(stranger.content).toContain('Link your account')

    await system.link(alice, 'alice')
    const mail = await system.mail.waitForMail((one) => one.to.includes('alice@example.org'))
    expect(mail.text).toContain('undo')

    const subscribed = await system.discord.slash(alice, 'subscribe', { list: 'news' })
    const done = await subscribed.until((message) => message.content.includes('✅'))
    expect(subscribed.ephemeral).toBe(true)
    expect(done.content).toContain('news')
    const entry = await system.directory.ldapsearch(
      system.directory.listDn('news'),
      '(objectClass=*)',
      'entryCSN',
    )
    const version = /entryCSN: (\S+)/.exec(entry)?.[1] ?? 'no version'
    expect(done.content).toContain(version)
    expect(await system.directory.membersOf('news')).toContain(system.directory.memberValue('alice'))

    const all = await (await system.discord.slash(alice, 'subscriptions')).settled()
    expect(JSON.stringify(all)).toContain('news')

    const left = await system.discord.slash(alice, 'unsubscribe', { list: 'news' })
    await left.until((message) => message.content.includes('✅'))
    expect(await system.directory.membersOf('news')).not.toContain(system.directory.memberValue('alice'))

    // The bot confirmed that it told: nobody will be told again by direct message.
    await expect
      .poll(() =>
        rows(system.db, 'select 1 from change where via = :via and told_at is null', { via: 'discord' }),
      )
      .toEqual([])
  })
})
