import { describeCommand } from '../discord/describe-command.ts'
import { statusText } from './status-text.ts'
import type { Command } from '../turn.ts'

export const status: Command = {
  name: 'status',
  definition: (texts) => describeCommand(texts, 'status'),
  run: async ({ t, api, reply }) =>
    reply({ content: statusText(t, await api.status(), Date.now()), components: [] }),
}
