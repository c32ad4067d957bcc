import { createHash } from 'node:crypto'
import { type ChatInputCommandInteraction, ComponentType, TextInputStyle } from 'discord.js'
import type { List } from '../../../domain/contracts/list.ts'
import { button, row } from '../../discord/components.ts'
import { findManagedList } from '../../lists/find-managed-list.ts'
import { lookUntil, unlessMissing } from '../../lists/follow-list.ts'
import { withLdif } from '../../lists/ldif-block.ts'
import { managingRefusalText } from '../../lists/managing-refusal.ts'
import type { Asking, Press, Turn } from '../../turn.ts'

const longestName = 255

/** Says what goes with the list, to who may delete it: nobody is to type its name in vain. */
export async function askAboutDeletion(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const { t, reply, api } = turn
  const typed = options.getString('list', true)
  const list = await findManagedList(api, typed)
  if (list === null) return reply({ content: t('refused.LIST_NOT_FOUND', { list: typed }), components: [] })
  if (!(await api.me()).isAdmin)
    return reply({ content: t('list.deleteAdmins', { list: list.name }), components: [] })
  await reply({
    content: t('list.deleteAsk', { list: list.name, count: list.memberCount }),
    components: [
      row(
        button(`lists:confirm:${markOf(list.name)}`, t('button.deleteList'), 'danger'),
        button('lists:keep', t('button.keepList')),
      ),
    ],
  })
}

/** Where the list's name is typed, so that nobody deletes a list by a slip. */
export function confirmModal({ t }: Asking, mark: string) {
  return {
    custom_id: `lists:delete:${mark}`,
    title: t('modal.deleteList.title'),
    components: [
      {
        type: ComponentType.Label as const,
        label: t('modal.deleteList.label'),
        component: {
          type: ComponentType.TextInput as const,
          custom_id: 'name',
          style: TextInputStyle.Short,
          min_length: 1,
          max_length: longestName,
        },
      },
    ],
  }
}

/** Deletes the list if its name was typed, and stays until it is gone. */
export async function deleteList(turn: Turn, { argument, field }: Press): Promise<void> {
  const { t, reply, api } = turn
  const list = field('name').trim()
  if (markOf(list) !== argument) return reply({ content: t('list.deleteWrong') })
  let isObserving: boolean
  try {
    isObserving = (await api.deleteList(list)).wouldWrite !== undefined
  } catch (error) {
    const content = managingRefusalText(t, error, { list, username: '' })
    if (content === undefined) throw error
    return reply({ content, components: [] })
  }
  await reply({ content: t(isObserving ? 'list.deleteObserve' : 'list.deleting', { list }), components: [] })
  const seen = await lookUntil(turn, async () => outcomeOf(await unlessMissing(api.list(list))))
  const content = t(sentences[seen?.end ?? (isObserving ? 'observed' : 'late')], { list })
  await reply({ content: withLdif(t, content, seen?.ldif), components: [] })
}

const sentences = {
  gone: 'list.deleted',
  kept: 'list.deleteFailed',
  observed: 'list.deleteObserve',
  late: 'list.deleteLate',
} as const

/** `ldif`: what would be written, if only anything were. */
function outcomeOf(list: List | null): { end: 'gone' | 'kept' | 'observed'; ldif?: string } | null {
  if (list === null) return { end: 'gone' }
  if (list.state !== 'deleting') return { end: 'kept' }
  return list.wouldWrite ? { end: 'observed', ldif: list.wouldWrite } : null
}

/** A list's name in a button, where a long one would not fit. */
const markOf = (name: string): string => createHash('sha256').update(name).digest('base64url').slice(0, 22)
