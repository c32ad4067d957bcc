import type { ChatInputCommandInteraction } from 'discord.js'
import { completeVisibleLists } from '../../lists/complete-lists.ts'
import { completeManagedLists } from '../../lists/complete-managed-lists.ts'
import { completeMembers } from '../../lists/complete-members.ts'
import { managingRefusalText } from '../../lists/managing-refusal.ts'
import type { Command, Turn } from '../../turn.ts'
import { addMember, removeMember, withdrawOrder } from './change-member.ts'
import { createList } from './create.ts'
import { askAboutDeletion, confirmModal, deleteList } from './delete.ts'
import { describeLists } from './describe.ts'
import { editList } from './edit.ts'
import { tellAboutList } from './info.ts'
import { leafThroughMembers, showMembers } from './members.ts'

type Subcommand = (turn: Turn, interaction: ChatInputCommandInteraction) => Promise<void>

const subcommands: Readonly<Record<string, Subcommand>> = {
  info: tellAboutList,
  create: createList,
  edit: editList,
  delete: askAboutDeletion,
  members: showMembers,
  add: addMember,
  remove: removeMember,
}

/** Everybody sees the whole command; who may do what with which list, the API says. */
export const lists: Command = {
  name: 'lists',
  definition: describeLists,
  async run(turn, interaction) {
    const subcommand = subcommands[interaction.options.getSubcommand()]
    if (subcommand === undefined) throw new Error('Discord sent a subcommand that was never registered')
    try {
      await subcommand(turn, interaction)
    } catch (error) {
      const { options } = interaction
      const content = managingRefusalText(turn.t, error, {
        list: options.getString('list') ?? '',
        username: options.getString('username') ?? '',
      })
      if (content === undefined) throw error
      await turn.reply({ content, components: [] })
    }
  },
  complete: (asking, { options }) => {
    const { name, value } = options.getFocused(true)
    if (name === 'username') return completeMembers(asking, options.getString('list') ?? '', value)
    return options.getSubcommand() === 'info'
      ? completeVisibleLists(asking, value)
      : completeManagedLists(asking, value)
  },
  controls: {
    confirm: { kind: 'ask', modal: confirmModal },
    delete: { kind: 'act', run: deleteList },
    keep: { kind: 'act', run: (turn) => turn.reply({ content: turn.t('list.deleteKept'), components: [] }) },
    page: { kind: 'act', run: leafThroughMembers },
    withdraw: { kind: 'act', run: withdrawOrder },
  },
}
