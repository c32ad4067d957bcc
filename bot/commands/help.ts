import { describeCommand } from '../discord/describe-command.ts'
import type { Command, Turn } from '../turn.ts'

const lines = [
  'help.heading',
  'help.link',
  'help.subscriptions',
  'help.subscribe',
  'help.lists',
  'help.whoami',
  'help.notify',
  'help.privacy',
  'help.owners',
  'help.keepers',
  'help.admins',
  'help.proof',
] as const

export const help: Command = {
  name: 'help',
  definition: (texts) => describeCommand(texts, 'help'),
  run: ({ t, reply }: Turn) => reply({ content: lines.map((key) => t(key)).join('\n'), components: [] }),
}
