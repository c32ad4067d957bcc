import { completeLists } from '../lists/complete-lists.ts'
import { describeCommand, listOption } from '../discord/describe-command.ts'
import type { Command } from '../turn.ts'
import { wishForList } from '../changes/wish-for-list.ts'

export const unsubscribe: Command = {
  name: 'unsubscribe',
  definition: (texts) =>
    describeCommand(texts, 'unsubscribe', [listOption(texts, 'option.unsubscribe.list')]),
  run: (turn, { options }) => wishForList(turn, 'unsubscribe', options.getString('list', true)),
  complete: (asking, { options }) => completeLists(asking, 'unsubscribe', options.getFocused()),
}
