import { expect, test } from 'vitest'
import { readSlashLine } from '../../sandbox/prompt/slash-line.ts'
import { optionType } from '../../sandbox/discord/wire.ts'

const known = { id: '1', type: 1, application_id: '2', guild_id: '3', version: '4', description: '-' }
const commands = [
  { name: 'subscribe', options: [{ name: 'list', type: optionType.string }] },
  {
    name: 'privacy',
    options: [
      { name: 'export', type: optionType.subcommand },
      { name: 'forget', type: optionType.subcommand },
    ],
  },
  {
    name: 'notices',
    options: [
      { name: 'failed', type: optionType.subcommand },
      {
        name: 'rule',
        type: optionType.subcommandGroup,
        options: [
          {
            name: 'add',
            type: optionType.subcommand,
            options: [{ name: 'event', type: optionType.string }],
          },
        ],
      },
    ],
  },
  {
    name: 'lists',
    options: [
      {
        name: 'create',
        type: optionType.subcommand,
        options: [
          { name: 'name', type: optionType.string },
          { name: 'hidden', type: optionType.boolean },
        ],
      },
    ],
  },
].map((command) => ({ ...known, default_member_permissions: null, ...command }))

test.each([
  ['/help', { name: 'help', values: {} }],
  ['/subscribe news', { name: 'subscribe', values: { list: 'news' } }],
  ['/subscribe list:board games', { name: 'subscribe', values: { list: 'board games' } }],
  ['/notices failed', { name: 'notices', subcommand: 'failed', values: {} }],
  ['/notices rule add event:push', { name: 'notices', subcommand: 'rule add', values: { event: 'push' } }],
  ['/privacy', { name: 'privacy', values: {} }],
  ['/privacy  forget ', { name: 'privacy', subcommand: 'forget', values: {} }],
  [
    '/lists create chess hidden:true',
    { name: 'lists', subcommand: 'create', values: { name: 'chess', hidden: true } },
  ],
  [
    '/lists create chess hidden:False',
    { name: 'lists', subcommand: 'create', values: { name: 'chess', hidden: false } },
  ],
  [
    '/lists create name:True hidden:TRUE',
    { name: 'lists', subcommand: 'create', values: { name: 'True', hidden: true } },
  ],
  [
    '/lists create name:true hidden:perhaps',
    { name: 'lists', subcommand: 'create', values: { name: 'true', hidden: 'perhaps' } },
  ],
  ['/lists create list:chess', { name: 'lists', subcommand: 'create', values: { list: 'chess' } }],
  ['/privacy remember', { name: 'privacy', subcommand: 'remember', values: {} }],
])('%s is read as Discord would send it', (line, read) => {
  expect(readSlashLine(line, commands)).toEqual({ subcommand: undefined, ...read })
})
