import type { ChatInputCommandInteraction } from 'discord.js'
import { Value } from 'typebox/value'
import {
  type DriftPolicy,
  type JoinPolicy,
  type ListSettings,
  NewListName,
} from '../../../domain/contracts/list.ts'
import { plain } from '../../discord/harmless-text.ts'
import { listInfo } from '../../lists/list-info.ts'
import type { Turn } from '../../turn.ts'
import { unlessTaken } from './create.ts'

const longestDescription = 500
const noDescription = '-'

/** Sends only what was given, and shows the list as it is then. */
export async function editList(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const { t, reply, api } = turn
  const settings = settingsIn(options)
  const { name, description } = settings
  if (Object.keys(settings).length === 0) return reply({ content: t('list.editNothing'), components: [] })
  if (name !== undefined && !Value.Check(NewListName, name))
    return reply({ content: t('list.nameRules', { name }), components: [] })
  const list = options.getString('list', true)
  const now = await unlessTaken(turn, name ?? list, () => api.changeList(list, settings))
  if (now === null) return
  const isToWrite = (name !== undefined || description !== undefined) && now.wouldWrite === undefined
  const news = [t('list.edited', { list: now.name }), ...(isToWrite ? [t('list.toDirectory')] : [])]
  await reply({ content: listInfo(t, now, { place: undefined, news }), components: [] })
}

function settingsIn(options: ChatInputCommandInteraction['options']): ListSettings {
  const name = options.getString('name')
  const description = options.getString('description')
  const join = options.getString('join') as JoinPolicy | null
  const hidden = options.getBoolean('hidden')
  const drift = options.getString('drift') as DriftPolicy | null
  return {
    ...(name === null ? {} : { name: name.trim() }),
    ...(description === null ? {} : { description: descriptionIn(description) }),
    ...(join === null ? {} : { join }),
    ...(hidden === null ? {} : { hidden }),
    ...(drift === null ? {} : { drift }),
  }
}

/** Discord can't send an empty option. */
const descriptionIn = (typed: string): string =>
  typed.trim() === noDescription ? '' : plain(typed, longestDescription)
