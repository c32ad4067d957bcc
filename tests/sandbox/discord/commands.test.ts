import { REST, Routes, type DiscordAPIError } from 'discord.js'
import { expect, test } from 'vitest'
import { applicationId, botFor, guildId, standInForTest, token } from './test-bot.ts'

const route = Routes.applicationGuildCommands(applicationId, guildId)

async function restForTest() {
  const standIn = await standInForTest()
  const rest = new REST({ api: standIn.url }).setToken(token)
  const put = (body: unknown) => rest.put(route, { body })
  return { standIn, rest, put }
}

const subscribe = {
  name: 'subscribe',
  name_localizations: { 'zh-TW': '訂閱' },
  description: 'Join a list',
  default_member_permissions: '8',
  options: [
    { type: 3, name: 'list', description: 'Its name', required: true, autocomplete: true },
    { type: 5, name: 'quiet', description: 'No mail', required: false },
  ],
}

test('commands are registered, keep their ids, and are counted as writes', async () => {
  const { standIn, rest, put } = await restForTest()
  await put([subscribe])
  const [first] = standIn.commands
  await put([subscribe, { name: 'help', description: 'What there is' }])
  expect(standIn.commands.map(({ name }) => name)).toEqual(['subscribe', 'help'])
  expect(standIn.commands[0]?.id).toBe(first?.id)
  expect(standIn.commandWrites).toBe(2)
  expect(standIn.violations).toEqual([])

  const plain = (await rest.get(route)) as Record<string, unknown>[]
  expect(plain[0]).not.toHaveProperty('name_localizations')
  const whole = (await rest.get(route, {
    query: new URLSearchParams({ with_localizations: 'true' }),
  })) as typeof plain
  expect(whole[0]).toMatchObject({ name_localizations: { 'zh-TW': '訂閱' }, default_member_permissions: '8' })
})

const long = 'x'.repeat(101)
const option = { type: 3, name: 'list', description: 'Its name' }

test.for([
  ['an upper-case name', { ...subscribe, name: 'Subscribe' }, '0.name'],
  [
    'a name of a locale with a space',
    { ...subscribe, name_localizations: { de: 'zwei worte' } },
    '0.name_localizations.de',
  ],
  ['an unknown locale', { ...subscribe, name_localizations: { zh: 'ding' } }, '0.name_localizations.zh'],
  ['a long description', { ...subscribe, description: long }, '0.description'],
  ['no description', { name: 'help' }, '0.description'],
  [
    'a long choice value',
    { ...subscribe, options: [{ ...option, choices: [{ name: 'a', value: long }] }] },
    '0.options.0.choices.0.value',
  ],
  [
    'a required option behind an optional one',
    { ...subscribe, options: [option, { ...option, name: 'b', required: true }] },
    '0.options.1',
  ],
  ['two options of one name', { ...subscribe, options: [option, option] }, '0.options.1'],
  [
    'choices for an option that is completed',
    { ...subscribe, options: [{ ...option, autocomplete: true, choices: [{ name: 'a', value: 'a' }] }] },
    '0.options.0.autocomplete',
  ],
  [
    'a subcommand beside an option',
    { ...subscribe, options: [{ type: 1, name: 'info', description: 'One' }, option] },
    '0.options',
  ],
  [
    '26 options',
    { ...subscribe, options: Array.from({ length: 26 }, (_, i) => ({ ...option, name: `o${i}` })) },
    '0.options',
  ],
  [
    'more than 8,000 characters',
    {
      ...subscribe,
      options: Array.from({ length: 20 }, (_, i) => ({
        ...option,
        name: `o${i}`,
        choices: Array.from({ length: 25 }, (_, k) => ({ name: `${k}`.padEnd(20, '.'), value: `${k}` })),
      })),
    },
    '0',
  ],
] as const)('%s is refused and recorded', async ([, command, path]) => {
  const { standIn, put } = await restForTest()
  const refusal = await put([command]).then(
    () => undefined,
    (error: DiscordAPIError) => error,
  )
  expect(refusal).toMatchObject({ status: 400, code: 50_035 })
  expect(standIn.violations).toHaveLength(1)
  expect(standIn.violations[0]?.problems).toEqual([expect.stringContaining(`${path}: `)])
  expect(standIn.commandWrites).toBe(0)
})

test('a server has at most 100 commands, each of another name, by its own application', async () => {
  const { rest, put } = await restForTest()
  const hundredAndOne = Array.from({ length: 101 }, (_, n) => ({ name: `c${n}`, description: 'One' }))
  await expect(put(hundredAndOne)).rejects.toMatchObject({ code: 50_035 })
  await expect(put([subscribe, subscribe])).rejects.toMatchObject({ code: 50_035 })
  for (const [application, guild, code] of [
    ['200000000000000009', guildId, 10_002],
    [applicationId, '300000000000000009', 50_001],
  ] as const)
    await expect(
      rest.put(Routes.applicationGuildCommands(application, guild), { body: [subscribe] }),
    ).rejects.toMatchObject({ code })
})

test('more than 200 new commands in a day are too many', async () => {
  const { put } = await restForTest()
  await put(eightyCommands('a'))
  await put(eightyCommands('b'))
  await expect(put(eightyCommands('c'))).rejects.toMatchObject({ code: 30_034 })
})

function eightyCommands(prefix: string): object[] {
  return Array.from({ length: 80 }, (_, index) => ({ name: `${prefix}${index}`, description: 'One of many' }))
}

test('what the Discord window would not send is refused with a reason', async () => {
  const standIn = await standInForTest()
  const alice = standIn.addUser({ id: '600000000000000001', username: 'alice' })
  const members = {
    name: 'lists',
    description: 'Lists',
    options: [
      {
        type: 1,
        name: 'info',
        description: 'One list',
        options: [
          { ...option, required: true, max_length: 4 },
          { ...option, name: 'how', choices: [{ name: 'Short', value: 'short' }] },
        ],
      },
    ],
  }
  await expect(standIn.slash(alice, 'subscribe')).rejects.toThrow(
    'no command /subscribe (none is registered yet)',
  )
  const { client } = await botFor(standIn, [subscribe, members], async () => {})
  await expect(standIn.slash(alice, 'subscrib')).rejects.toThrow('no command /subscrib (/subscribe /lists)')
  await expect(standIn.slash(alice, 'subscribe')).rejects.toThrow('/subscribe needs the option "list"')
  await expect(standIn.slash(alice, 'subscribe', { lst: 'news' })).rejects.toThrow(
    'no option "lst" (list, quiet)',
  )
  await expect(standIn.slash(alice, 'subscribe', { list: 'news', quiet: 'yes' })).rejects.toThrow(
    'true or false',
  )
  await expect(standIn.slash(alice, 'lists')).rejects.toThrow('/lists needs a subcommand: info')
  await expect(standIn.slash(alice, 'lists', {}, { subcommand: 'inf' })).rejects.toThrow(
    'no subcommand "inf"',
  )
  await expect(standIn.slash(alice, 'lists', {}, { subcommand: 'info' })).rejects.toThrow(
    'needs the option "list"',
  )
  const info = { subcommand: 'info' }
  await expect(standIn.slash(alice, 'lists', { list: 'chess' }, info)).rejects.toThrow('0 to 4 characters')
  await expect(standIn.slash(alice, 'lists', { list: 'news', how: 'long' }, info)).rejects.toThrow(
    'takes one of short',
  )
  standIn.leaveGuild(alice.id)
  await expect(standIn.slash(alice, 'subscribe', { list: 'news' })).rejects.toThrow('not in the server')
  standIn.joinGuild(alice)
  await client.destroy()
  await expect.poll(() => standIn.connectedBots).toBe(0)
  await expect(standIn.slash(alice, 'subscribe', { list: 'news' })).rejects.toThrow(
    'The application did not respond',
  )
})
