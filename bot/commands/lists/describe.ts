import type { DriftPolicy, JoinPolicy } from '../../../domain/contracts/list.ts'
import {
  choiceOption,
  describeCommand,
  flagOption,
  listOption,
  required,
  subcommand,
  textOption,
  userOption,
} from '../../discord/describe-command.ts'
import type { Command } from '../../turn.ts'

/** The longest that the directory, or a new list, can have. */
const longest = { username: 255, name: 64, description: 500, search: 100 }

const joinChoices = {
  open: 'choice.join.open',
  approval: 'choice.join.approval',
  closed: 'choice.join.closed',
} as const satisfies Record<JoinPolicy, string>

const driftChoices = {
  adopt: 'choice.drift.adopt',
  report: 'choice.drift.report',
} as const satisfies Record<DriftPolicy, string>

export const describeLists: Command['definition'] = (texts) => {
  const list = listOption(texts, 'option.lists.list')
  const hidden = flagOption(texts, 'hidden', 'option.lists.hidden')
  const user = userOption(texts, 'option.lists.user')
  const username = (suggested: boolean) =>
    textOption(texts, 'username', 'option.lists.username', longest.username, { suggested })
  return describeCommand(texts, 'lists', [
    subcommand(texts, 'info', 'option.lists.info', [list]),
    subcommand(texts, 'create', 'option.lists.create', [
      required(textOption(texts, 'name', 'option.lists.name', longest.name)),
      textOption(texts, 'description', 'option.lists.description', longest.description),
      choiceOption(texts, 'join', 'option.lists.newJoin', joinChoices),
      hidden,
    ]),
    subcommand(texts, 'edit', 'option.lists.edit', [
      list,
      textOption(texts, 'name', 'option.lists.newName', longest.name),
      textOption(texts, 'description', 'option.lists.newDescription', longest.description),
      choiceOption(texts, 'join', 'option.lists.join', joinChoices),
      hidden,
      choiceOption(texts, 'drift', 'option.lists.drift', driftChoices),
    ]),
    subcommand(texts, 'delete', 'option.lists.delete', [list]),
    subcommand(texts, 'members', 'option.lists.members', [
      list,
      textOption(texts, 'search', 'option.lists.search', longest.search),
    ]),
    subcommand(texts, 'add', 'option.lists.add', [list, user, username(false)]),
    subcommand(texts, 'remove', 'option.lists.remove', [
      list,
      user,
      // Who could be put on a list is not told; who is on it, its managers may see.
      username(true),
    ]),
  ])
}
