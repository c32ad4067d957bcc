import { completeLists } from '../lists/complete-lists.ts'
import { describeCommand, listOption } from '../discord/describe-command.ts'
import type { Command } from '../turn.ts'
import { wishForList } from '../changes/wish-for-list.ts'

export const subscribe: Command = {
  name: 'subscribe',
  definition: (texts) => describeCommand(texts, 'subscribe', [listOption(texts, 'option.subscribe.list')]),
  run: (turn, { options }) => wishForList(turn, 'subscribe', options.getString('list', true)),
  complete: (asking, { options }) => completeLists(asking, 'subscribe', options.getFocused()),
}
