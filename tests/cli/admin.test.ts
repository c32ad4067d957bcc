import { beforeEach, describe, expect, it } from 'vitest'
import { readCommand } from '../../cli/admin/command-line.ts'
import { UsageError } from '../../cli/command.ts'
import { findCaller } from '../../domain/store/sessions/find-caller.ts'
import { listen } from '../../domain/store/listen.ts'
import { newId } from '../../domain/store/new-id.ts'
import { writeAdmins } from '../../domain/store/members/write-admins.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { testLog } from '../_support/world.ts'
import { type AdminCommand, adminCommand, type Ran } from './admin-command.ts'

const account = '123456789012345678'
const other = '223456789012345678'
let here: AdminCommand

beforeEach(async (t) => {
  here = await adminCommand(t)
})

const done = (text: string): Ran => ({ code: 0, out: `${text}\n`, err: '' })
const refused = (text: string): Ran => ({ code: 1, out: '', err: `${text}\n` })
const linesOf = ({ out }: Ran) => out.trimEnd().split('\n')

/** What a full read writes that finds these in the admins' group. */
const readDirectory = (...uids: string[]) =>
  here.db.transaction((tx) => writeAdmins(tx, { uids, dnKeys: [], mailKeys: [], gid: null }))
const admins = async () =>
  (await here.sql<{ uid: string }>('select uid from member where is_admin order by uid')).map(
    ({ uid }) => uid,
  )
const links = () =>
  here.sql(
    `select m.uid, l.discord_user_id as account, l.method from discord_link l join member m on m.id = l.member_id
     where l.unlinked_at is null order by m.uid`,
  )

describe('grant', () => {
  it('makes somebody an admin at once, and the next full read keeps that', async () => {
    await here.add('alice')
    const memberId = await here.add('bob')
    await here.sql(
      `insert into session (id, token_hash, csrf_secret, member_id, address, agent, expires_at)
       values ($1, 'session', 'x', $2, 'x', 'x', now() + interval '1 day')`,
      [newId(), memberId],
    )
    await here.sql(
      `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
       values ($1, 'token', $2, 'x', '{admin}', now() + interval '1 day')`,
      [newId(), memberId],
    )
    const isAdminBy = async (kind: 'session' | 'token') =>
      (await findCaller(here.db, { kind, key: Buffer.from(kind) }))?.isAdmin

    expect(await here.admin('grant', 'Bob')).toEqual(
      done('bob is an admin now. That holds until: npm run admin -- revoke bob'),
    )
    expect([await isAdminBy('session'), await isAdminBy('token')]).toEqual([true, true])
    await readDirectory('alice')
    expect(await admins()).toEqual(['alice', 'bob'])
    expect((await here.admin('grant', 'bob')).out).toContain('granted before')

    expect(await here.admin('revoke', 'bob')).toEqual(
      done('bob is no admin any more: what was granted is taken back.'),
    )
    expect([await isAdminBy('session'), await isAdminBy('token')]).toEqual([false, false])
    expect(await here.audit()).toEqual([
      { event: 'admin.granted', subject: 'bob', outcome: 'granted', details: { inDirectory: false } },
      { event: 'admin.revoked', subject: 'bob', outcome: 'revoked', details: { inDirectory: false } },
    ])
    await readDirectory('bob')
    expect(await admins()).toEqual(['bob'])
  })

  it('has nothing to do for whom the directory names', async () => {
    await here.add('ada', { inDirectory: true })
    expect(await here.admin('grant', 'ada')).toEqual(
      done('ada is an admin already, by the directory. There is nothing to grant.'),
    )
    await readDirectory()
    expect(await admins()).toEqual([])
    expect(await here.audit()).toEqual([])
  })

  it('refuses who is unknown, gone, or one of two', async () => {
    await here.add('mallory', { gone: true })
    await here.add('Twin')
    await here.add('twin')
    expect(await here.admin('grant', 'nobody')).toEqual(refused('There is nobody with the user name nobody.'))
    expect(await here.admin('grant', 'mallory')).toEqual(
      refused('There is nobody with the user name mallory.'),
    )
    expect(await here.admin('grant', 'TWIN')).toEqual(
      refused('Two people in the directory have the user name TWIN.'),
    )
    expect(await admins()).toEqual([])
    expect(await here.audit()).toEqual([])
  })
})

describe('revoke', () => {
  it('takes it from whom the directory names, until it is granted again', async () => {
    await here.add('ada', { inDirectory: true })
    const still = 'although the directory says so. That holds until: npm run admin -- grant ada'
    expect(await here.admin('revoke', 'ada')).toEqual(done(`ada is no admin any more, ${still}`))
    expect(await admins()).toEqual([])
    await readDirectory('ada')
    expect(await admins()).toEqual([])
    expect(await here.admin('revoke', 'ada')).toEqual(done(`ada is no admin, ${still}`))
    // Out of the group and back in: still not.
    await readDirectory()
    await here.admin('revoke', 'ada')
    await readDirectory('ada')
    expect(await admins()).toEqual([])

    expect(await here.admin('grant', 'ada')).toEqual(done('ada is an admin again, by the directory.'))
    expect(await admins()).toEqual(['ada'])
    await readDirectory()
    expect(await admins()).toEqual([])
    expect((await here.audit()).map(({ event }) => event)).toEqual(['admin.revoked', 'admin.granted'])
  })

  it('takes a grant from who has come into the admins’ group meanwhile, or has gone', async () => {
    await here.add('bob')
    await here.add('carol')
    await here.admin('grant', 'bob')
    await here.admin('grant', 'carol')
    await readDirectory('bob')
    await here.sql(`update member set state = 'gone', gone_at = now(), is_admin = false where uid = 'carol'`)
    await here.admin('revoke', 'bob')
    await here.admin('revoke', 'carol')
    await here.sql(`update member set state = 'present', gone_at = null where uid = 'carol'`)
    await readDirectory('bob')
    expect(await admins()).toEqual([])
  })

  it('has nothing to do for who is none', async () => {
    await here.add('bob')
    expect(await here.admin('revoke', 'bob')).toEqual(done('bob is no admin. There is nothing to revoke.'))
    expect(await here.audit()).toEqual([])
  })
})

describe('list', () => {
  it('says who is an admin, and why', async () => {
    expect((await here.admin('list')).out).toContain('Nobody is an admin.')
    await here.add('ada', { inDirectory: true, displayName: 'Ada L.' })
    await here.add('bob', { displayName: 'Bob B.' })
    await here.add('carol', { inDirectory: true, displayName: 'Carol C.' })
    await here.add('dave')
    await here.admin('grant', 'bob')
    await here.admin('revoke', 'carol')
    await here.sql(`update admin_override set created_at = '2026-11-20T10:00:00Z'`)
    expect(linesOf(await here.admin('list')).map((line) => line.split(/ {2,}/))).toEqual([
      ['ada', 'admin', 'by the directory', 'Ada L.'],
      ['bob', 'admin', 'granted on 2026-11-20', 'Bob B.'],
      ['carol', 'no admin', 'taken on 2026-11-20, though the directory says admin', 'Carol C.'],
    ])
  })

  it('prints names harmlessly', async () => {
    await here.add('eve', { inDirectory: true, displayName: 'Eve\u001b[2J\u009b31m\r\u202eevE\n\u{e0041}' })
    const [line = ''] = linesOf(await here.admin('list'))
    expect(line).toContain('Eve\\u{1b}[2J\\u{9b}31m\\u{d}\\u{202e}evE\\u{a}\\u{e0041}')
  })
})

describe('link', () => {
  it('links a pair with all rights, has it announced, and tells the person by mail', async (t) => {
    await here.add('ada', { inDirectory: true, displayName: 'Ada L.' })
    const announced: string[] = []
    const listener = listen(
      here.databaseUrl,
      ['link_changed', 'outbox'],
      (channel, what) => void announced.push(`${channel} ${what}`.trim()),
      { onReconnect: () => undefined, log: testLog },
    )
    cleanUpAfter(t, () => listener.close())
    await listener.ready

    expect(await here.admin('link', 'Ada', account)).toEqual(
      done(`ada and the account ${account} are linked now.\nA mail tells them.`),
    )
    await expect.poll(() => announced.toSorted()).toEqual([`link_changed ${account}`, 'outbox'])
    expect(await links()).toEqual([{ uid: 'ada', account, method: 'operator' }])
    const caller = await findCaller(here.db, { kind: 'discord', key: account })
    expect(caller).toMatchObject({ uid: 'ada', isAdmin: true, mayManage: true })
    const [mail] = await here.sql<{ to_address: string; text_body: string }>(
      'select to_address, text_body from mail',
    )
    expect(mail).toMatchObject({ to_address: 'ada@example.org' })
    expect(mail?.text_body).toContain('Hello Ada L.')
    expect(mail?.text_body).toContain(account)

    expect((await here.admin('link', 'ada', account)).out).toContain(
      'are linked already, by an operator.\nThere is nothing to do.',
    )
    await here.sql(`update discord_link set method = 'mail'`)
    expect((await here.admin('link', 'ada', account)).out).toContain(
      `by a code from the mail.\nSuch a link carries no rights of admins or owners. To give it those: unlink ${account}, then`,
    )
    const details = { discordUser: account, method: 'operator' }
    expect(await here.audit()).toEqual([{ event: 'link.made', subject: 'ada', outcome: 'linked', details }])
  })

  it('speaks the language that the person had before', async () => {
    const id = await here.add('mei')
    await here.sql(
      `insert into discord_link (id, discord_user_id, member_id, locale, unlinked_at) values ($1, $2, $3, 'zh-TW', now())`,
      [newId(), other, id],
    )
    await here.admin('link', 'mei', account)
    const [mail] = await here.sql<{ subject: string }>('select subject from mail')
    expect(mail?.subject).toContain('連結')
  })

  it('says so when there is no address to tell', async () => {
    await here.add('silent', { mail: null })
    expect((await here.admin('link', 'silent', account)).out).toContain('no mail tells them')
    expect(await here.sql('select 1 from mail')).toEqual([])
  })

  it('refuses what can’t be, and changes nothing', async () => {
    await here.add('alice')
    await here.add('bob')
    await here.add('mallory', { gone: true })
    await here.admin('link', 'alice', account)
    const cases: [string, string, string][] = [
      ['nobody', other, 'There is nobody with the user name nobody.'],
      ['mallory', other, 'mallory is not in the directory any more.'],
      ['bob', '1234', '“1234” is no Discord account: its id has 17 to 20 digits.'],
      ['bob', account, `The account ${account} is linked to alice already.`],
      ['alice', other, `alice is linked to the account ${account} already.`],
    ]
    for (const [uid, id, sentence] of cases)
      expect(await here.admin('link', uid, id)).toEqual(refused(sentence))
    expect(await links()).toEqual([{ uid: 'alice', account, method: 'operator' }])
  })

  it('of two at once for one account, one is linked', async () => {
    await here.add('alice')
    await here.add('bob')
    const both = await Promise.all([here.admin('link', 'alice', account), here.admin('link', 'bob', account)])
    expect(both.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 1])
    expect(await links()).toHaveLength(1)
  })
})

describe('unlink', () => {
  it('ends a link, once', async () => {
    await here.add('alice')
    await here.admin('link', 'alice', account)
    expect(await here.admin('unlink', account)).toEqual(
      done(`alice and the account ${account} are not linked any more.`),
    )
    expect(await links()).toEqual([])
    expect(await findCaller(here.db, { kind: 'discord', key: account })).toBeNull()
    expect(await here.admin('unlink', account)).toEqual(
      refused(`The account ${account} is not linked to anybody.`),
    )
    expect((await here.admin('unlink', 'alice')).err).toContain('17 to 20 digits')
    const details = { discordUser: account }
    expect((await here.audit()).slice(1)).toEqual([
      { event: 'link.ended', subject: 'alice', outcome: 'admin', details },
    ])
  })
})

it.each([
  ['nothing', [], 'Say what to do.'],
  ['what there is not', ['destroy'], 'There is no “destroy”.'],
  ['what only objects have', ['constructor'], 'There is no “constructor”.'],
  ['too little', ['grant'], 'It is: grant <user name>'],
  ['too much', ['link', 'alice', account, 'now'], 'It is: link <user name> <Discord id>'],
  ['an option that there is not', ['list', '--all'], '--all'],
  ['an option of another operation', ['grant', 'alice', '--dry-run'], '“grant” takes no --dry-run.'],
])('refuses wrong usage: %s', (_, args, sentence) => {
  expect(() => readCommand(args)).toThrow(UsageError)
  expect(() => readCommand(args)).toThrow(sentence)
})

it('tells how it is used when it was used wrongly, and ends with 64', async () => {
  const ran = await here.admin('grant')
  expect(ran).toMatchObject({ code: 64, out: '' })
  expect(ran.err).toContain('import <file.csv> [--dry-run] [--tell]')
})

describe('the environment', () => {
  it('is not needed for help', async () => {
    expect(await here.adminWith({}, 'help')).toMatchObject({ code: 0, err: '' })
    for (const help of ['--help', '-h']) expect(readCommand([help])).toBeNull()
  })

  it('that is wrong is told, and ends with 78', async () => {
    const ran = await here.adminWith({}, 'list')
    expect([ran.code, ran.err]).toEqual([78, expect.stringContaining('DATABASE_URL is missing')])
    expect(ran.err).not.toContain('npm start')
  })

  it('is told where the database of npm start is, while that runs', async () => {
    await here.file(`${here.databaseUrl}\n`, '.data/database-url')
    const { code, err } = await here.adminWith({}, 'list')
    const [, hint = ''] = /write (\S+) before the command/.exec(err) ?? []
    const [name = '', path = ''] = hint.split('=')
    expect([code, name, path]).toEqual([78, 'DATABASE_URL_FILE', '.data/database-url'])
    expect((await here.adminWith({ [name]: path }, 'list')).code).toBe(0)
  })

  it('may name a file with the database’s address', async () => {
    const file = await here.file(`${here.databaseUrl}\n`)
    expect((await here.adminWith({ DATABASE_URL_FILE: file }, 'list')).code).toBe(0)
  })

  it('may lead to a database that is away, or has an old schema', async () => {
    const away = await here.adminWith({ DATABASE_URL: 'postgres://x:secret@127.0.0.1:1/x' }, 'list')
    expect(away.code).toBe(1)
    expect(away.err).toContain('ECONNREFUSED')
    expect(away.err).not.toContain('secret')
    await here.sql(`delete from schema_migration where name = '008-identity'`)
    expect(await here.admin('list')).toEqual(
      refused('The schema is not up to date. First do: npm run migrate'),
    )
  })

  it('may lead to one that no directory was read into yet', async () => {
    await here.sql('delete from sync_run')
    const ran = await here.admin('grant', 'alice')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('The directory was not read to its end yet')
  })
})
