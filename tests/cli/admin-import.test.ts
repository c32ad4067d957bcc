import { beforeEach, expect, it } from 'vitest'
import { findCaller } from '../../domain/store/sessions/find-caller.ts'
import { type AdminCommand, adminCommand, type Ran } from './admin-command.ts'

const account = (number: number) => `10000000000000000${number}`
let here: AdminCommand

beforeEach(async (t) => {
  here = await adminCommand(t)
  for (const uid of ['alice', 'bob', 'carol', 'dave']) await here.add(uid)
})

const links = async () =>
  (
    await here.sql<{ pair: string }>(
      `select concat_ws(' ', m.uid, l.discord_user_id, l.method) as pair from discord_link l join member m on m.id = l.member_id
       where l.unlinked_at is null order by m.uid`,
    )
  ).map(({ pair }) => pair)
/** The lines of the table, in cells. */
const tableOf = ({ out }: Ran) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

it('links the pairs of a file, without rights and without mail', async () => {
  await here.add('ada', { inDirectory: true })
  const file = await here.file(
    `\uFEFFdiscordId,note,uid\r\n${account(1)},"the, first",Alice\r\n\r\n ${account(2)} ,,ada\r\n`,
  )
  const ran = await here.admin('import', file)
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(tableOf(ran)).toEqual([
    ['LINE', 'USER NAME', 'DISCORD ID', 'WHAT HAPPENED'],
    ['2', 'Alice', account(1), 'linked'],
    ['4', 'ada', account(2), 'linked'],
    ['2 linked, 0 linked already, 0 refused.'],
  ])
  expect(await links()).toEqual([`ada ${account(2)} import`, `alice ${account(1)} import`])
  const ada = await findCaller(here.db, { kind: 'discord', key: account(2) })
  expect(ada).toMatchObject({ uid: 'ada', isAdmin: false, mayManage: false })
  expect(await here.sql('select 1 from mail')).toEqual([])
  expect(await here.audit()).toMatchObject([
    { event: 'link.made', subject: 'alice', details: { discordUser: account(1), method: 'import' } },
    { event: 'link.made', subject: 'ada', details: { discordUser: account(2), method: 'import' } },
  ])

  const again = await here.admin('import', file)
  expect(again.code).toBe(0)
  expect(again.out).toContain('0 linked, 2 linked already, 0 refused.')
})

it('refuses each line that can’t be, does the others, and ends with 1', async () => {
  await here.add('mallory', { gone: true })
  await here.add('erin')
  await here.add('frank')
  await here.admin('link', 'bob', account(9))
  const file = await here.file(
    [
      'uid,discordId',
      `alice,${account(1)}`,
      `nobody,${account(2)}`,
      `mallory,${account(3)}`,
      'carol,1.23457E+17',
      'carol2',
      `,${account(4)}`,
      `dave,${account(9)}`,
      `bob,${account(5)}`,
      `erin,${account(6)}`,
      `ERIN,${account(7)}`,
      `frank,${account(7)}`,
      `dave,${account(8)},one more`,
    ].join('\n'),
  )
  const expected = [
    ['2', 'alice', account(1), 'linked'],
    ['3', 'nobody', account(2), 'refused: There is nobody with the user name nobody.'],
    ['4', 'mallory', account(3), 'refused: mallory is not in the directory any more.'],
    [
      '5',
      'carol',
      '1.23457E+17',
      'refused: “1.23457E+17” is no Discord account: its id has 17 to 20 digits.',
    ],
    ['6', 'carol2', 'refused: “” is no Discord account: its id has 17 to 20 digits.'],
    ['7', account(4), 'refused: There is nobody with the user name .'],
    ['8', 'dave', account(9), 'refused: This person or this account is on line 13 too.'],
    ['9', 'bob', account(5), `refused: bob is linked to the account ${account(9)} already.`],
    ['10', 'erin', account(6), 'refused: This person or this account is on line 11 too.'],
    ['11', 'ERIN', account(7), 'refused: This person or this account is on line 10, 12 too.'],
    ['12', 'frank', account(7), 'refused: This person or this account is on line 11 too.'],
    ['13', 'dave', account(8), 'refused: This person or this account is on line 8 too.'],
  ]
  const dry = await here.admin('import', file, '--dry-run')
  expect(dry.code).toBe(1)
  expect(tableOf(dry).slice(1, 3)).toEqual([['2', 'alice', account(1), 'would be linked'], expected[1]])
  expect(dry.out).toContain('1 would be linked, 0 linked already, 11 refused.\nNothing was changed.')
  expect(await links()).toEqual([`bob ${account(9)} operator`])

  const ran = await here.admin('import', file)
  expect(ran.code).toBe(1)
  expect(tableOf(ran).slice(1, -1)).toEqual(expected)
  expect(tableOf(ran).at(-1)).toEqual(['1 linked, 0 linked already, 11 refused.'])
  expect(await links()).toEqual([`alice ${account(1)} import`, `bob ${account(9)} operator`])
})

it('refuses a line about an account that is somebody else’s', async () => {
  await here.admin('link', 'bob', account(9))
  const ran = await here.admin('import', await here.file(`uid,discordId\ndave,${account(9)}\n`))
  expect([ran.code, ran.out]).toEqual([
    1,
    expect.stringContaining(`The account ${account(9)} is linked to bob already.`),
  ])
})

it('tells those who are linked by mail when it is asked to', async () => {
  await here.admin('import', await here.file(`uid,discordId\nalice,${account(1)}\n`), '--tell')
  expect(await here.sql('select to_address, state from mail')).toEqual([
    { to_address: 'alice@example.org', state: 'queued' },
  ])
})

it('prints what a file holds harmlessly', async () => {
  const ran = await here.admin(
    'import',
    await here.file(`uid,discordId\n"a\u001b[2J\u0000b",${account(1)}\n`),
  )
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('a\\u{1b}[2J\\u{0}b')
})

it.each([
  ['no header', `alice,${'1'.repeat(18)}\n`, 'The first line must name the columns'],
  ['nothing', '', 'The first line must name the columns'],
  ['a quote that never ends', 'uid,discordId\n"alice,1\n', 'The file is no CSV'],
])('a file with %s is refused as a whole', async (_, text, sentence) => {
  const ran = await here.admin('import', await here.file(text))
  expect([ran.code, ran.out]).toEqual([1, ''])
  expect(ran.err).toContain(sentence)
})

it('a file that is not there is told', async () => {
  const ran = await here.admin('import', 'nowhere.csv')
  expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('ENOENT')])
})
