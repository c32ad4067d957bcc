import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import type { Child } from '../../sandbox/child.ts'
import { freeze } from '../../sandbox/freeze.ts'
import type { DiscordUser } from '../../sandbox/discord/stand-in.ts'
import { createSystem, type System } from '../_support/system.ts'
import { startTcpProxy } from '../_support/tcp-proxy.ts'
import { waitUntil } from '../_support/world.ts'

const wordFrom = (system: System, user: DiscordUser, command: string, list: string) =>
  system.discord.slash(user, command, { list })

describe('what members see on a bad day', () => {
  let system: System
  let api: Child
  let bot: Child
  let bob: DiscordUser

  beforeAll(async () => {
    system = await createSystem()
    ;[api, bot] = await Promise.all([system.start('api'), system.start('bot'), system.start('worker')])
    await system.mirrored()
    bob = system.onDiscord('bob')
    await system.link(bob, 'bob')
  })

  it('a directory that is down costs time, not the change: the same reply says so, then says done', async () => {
    await system.directory.kill9()
    let isAway = true
    onTestFinished(async () => {
      if (isAway) await system.directory.restart()
    })
    const word = await wordFrom(system, bob, 'subscribe', 'news')
    const waiting = await word.settled()
    expect(waiting.content).not.toContain('✅')
    expect(waiting.content).toMatch(/hasn’t answered|not answered|accepted/i)
    await system.directory.restart()
    isAway = false
    await word.until((message) => message.content.includes('✅'), 25_000)
    expect(await system.directory.membersOf('news')).toContain(system.directory.memberValue('bob'))
  })

  it('the same interaction delivered twice makes one change', async () => {
    const before = await rows<{ n: number }>(system.db, 'select count(*)::int as n from change')
    const init = { method: 'PUT', headers: { 'idempotency-key': 'interaction-1' } }
    const twins = await Promise.all([
      system.api('/user/subscriptions/events', bob, init),
      system.api('/user/subscriptions/events', bob, init),
    ])
    const [one, other] = (await Promise.all(twins.map((answer) => answer.json()))) as { id: string }[]
    expect(one?.id).toBe(other?.id)
    const after = await rows<{ n: number }>(system.db, 'select count(*)::int as n from change')
    expect((after[0]?.n ?? 0) - (before[0]?.n ?? 0)).toBe(1)
    await system.ended(one?.id ?? null)
  })

  it('an unknown list and a list that is taken already get a sentence each', async () => {
    const unknown = await (await wordFrom(system, bob, 'subscribe', 'no-such-list')).settled()
    expect(unknown.content).toContain('no-such-list')
    await system.ended((await system.request('bob', 'subscribe', 'hiking')).id)
    const again = await (await wordFrom(system, bob, 'subscribe', 'hiking')).settled()
    expect(again.content).toMatch(/already/)
  })

  it('while the API is away the bot says so, and works again when it is back', async () => {
    await api.stop()
    onTestFinished(async () => {
      if (!api.isRunning()) api = await system.start('api')
    })
    const word = await (await wordFrom(system, bob, 'subscribe', 'choir')).settled()
    expect(word.content).not.toContain('✅')
    expect(word.content.length).toBeGreaterThan(20)
    api = await system.start('api')
    const again = await wordFrom(system, bob, 'subscribe', 'choir')
    await again.until((message) => message.content.includes('✅'))
  })

  it('a password of the api’s account that was changed in the directory shows, although what is connected goes on', async () => {
    const { reader, ldapmodify } = system.directory
    const takes = (password: string) =>
      ldapmodify(`dn: ${reader.dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n`)
    const ldap = async () => {
      const answer = await fetch(`${system.apiUrl}/readyz`)
      return ((await answer.json()) as { checks: { ldap: string } }).checks.ldap
    }
    const patient = { timeout: 40_000 }
    await expect.poll(ldap, patient).toBe('up')
    await takes('of-tomorrow')
    await expect.poll(ldap, patient).toBe('down')
    await takes(reader.password)
    await expect.poll(ldap, patient).toBe('up')
  }, 90_000)

  it('a change that nobody told its member about is told by direct message, or by mail where those are closed', async () => {
    const carol = system.onDiscord('carol')
    const kenji = system.onDiscord('kenji', 'zh-TW')
    await system.link(carol, 'carol')
    await system.link(kenji, 'kenji')
    await bot.stop()
    system.discord.closeDms(kenji.id)
    const changes = [
      await system.request('carol', 'subscribe', 'newcomers', { via: 'discord' }),
      await system.request('kenji', 'subscribe', 'newcomers', { via: 'discord' }),
    ]
    for (const { id } of changes) await system.ended(id)
    // A minute later, as far as the database knows.
    await rows(
      system.db,
      `update change set ended_at = ended_at - interval '61 seconds' where told_at is null and id = any(:ids::uuid[])`,
      { ids: changes.map(({ id }) => id) },
    )
    await expect.poll(() => system.discord.dmsOf(carol.id).map((message) => message.content)).toHaveLength(1)
    expect(system.discord.dmsOf(carol.id)[0]?.content).toContain('newcomers')
    const mail = await system.mail.waitForMail(
      (one) => one.to.includes('kenji@example.org') && one.subject.includes('newcomers'),
    )
    expect(mail.text).toMatch(/\p{Script=Han}/u)
  })
})

it('a worker killed between the directory’s modify and its own record: found again, applied once', async (t) => {
  const system = await createSystem({}, t)
  const proxy = await startTcpProxy(system.directory.port, t)
  const doomed = await system.start('worker', { LDAP_URL: `ldap://127.0.0.1:${proxy.port}` })
  await system.mirrored()
  const csnOf = async () =>
    system.directory.ldapsearch(system.directory.listDn('news'), '(objectClass=*)', 'entryCSN')
  const before = await csnOf()
  // The modify gets through; that it did never reaches the worker. Only a modify carries an assertion (RFC 4528).
  proxy.holdAnswersTo('1.3.6.1.1.12')
  const { id: change } = await system.request('bob', 'subscribe', 'news')
  const modified = await waitUntil('the directory has it', async () => {
    const now = await csnOf()
    return now === before ? null : now
  })
  doomed.signal('SIGKILL')
  await doomed.ended
  expect((await system.change(change)).state).toBe('applying')
  await rows(system.db, `update list set lease_until = now() where lease_until is not null`)
  await system.worker()
  expect(await system.ended(change)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(await csnOf()).toBe(modified)
})

it('a worker frozen past its lease wakes up too late to do harm', async (t) => {
  const system = await createSystem({}, t)
  const proxy = await startTcpProxy(system.directory.port, t)
  const frozen = await system.start('worker', { LDAP_URL: `ldap://127.0.0.1:${proxy.port}` })
  await system.mirrored()
  const news = system.directory.listDn('news')
  const csnOf = () => system.directory.ldapsearch(news, '(objectClass=*)', 'entryCSN')
  const before = await csnOf()
  proxy.holdAnswersTo('1.3.6.1.1.12')
  const joined = await system.request('bob', 'subscribe', 'news')
  await waitUntil('the directory has it', async () => ((await csnOf()) === before ? null : true))
  freeze(frozen.pid)
  await rows(system.db, `update list set lease_until = now() where lease_until is not null`)
  const other = await system.worker()
  expect(await system.ended(joined.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  const left = await system.ended((await system.request('bob', 'unsubscribe', 'news')).id)
  const settled = await csnOf()
  proxy.release()
  frozen.signal('SIGCONT')
  // It is awake again once it does new work by itself.
  await other.stop()
  const later = await system.ended((await system.request('bob', 'subscribe', 'events')).id)
  expect(later).toMatchObject({ state: 'applied' })
  expect(await csnOf()).toBe(settled)
  expect(await system.change(left.id)).toEqual(left)
  expect(await system.change(joined.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
})
