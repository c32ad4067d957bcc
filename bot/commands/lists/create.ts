import type { ChatInputCommandInteraction } from 'discord.js'
import { Value } from 'typebox/value'
import { type JoinPolicy, type List, type NewList, NewListName } from '../../../domain/contracts/list.ts'
import { ApiRefusal } from '../../call-api.ts'
import { lookUntil, unlessMissing } from '../../follow-list.ts'
import { plain } from '../../harmless-text.ts'
import type { Turn } from '../../turn.ts'

const longestDescription = 500

export async function createList(turn: Turn, interaction: ChatInputCommandInteraction): Promise<void> {
  const { t, reply } = turn
  const wanted = newListIn(interaction)
  if (!Value.Check(NewListName, wanted.name))
    return reply({ content: t('list.nameRules', { name: wanted.name }), components: [] })
  const accepted = await unlessTaken(turn, wanted.name, () => turn.api.createList(wanted))
  if (accepted === null) return
  const list = accepted.name
  if (accepted.state === 'creating') await reply({ content: t('list.creating', { list }), components: [] })
  const seen = await lookUntil(turn, async () => outcomeOf(await unlessMissing(turn.api.list(list), null)))
  await reply({ content: t(sentences[seen ?? 'late'], { list }), components: [] })
}

const sentences = {
  there: 'list.created',
  refused: 'list.createFailed',
  late: 'list.createLate',
} as const

function newListIn({ options }: ChatInputCommandInteraction): NewList {
  const description = options.getString('description')
  const join = options.getString('join') as JoinPolicy | null
  const hidden = options.getBoolean('hidden')
  return {
    name: options.getString('name', true).trim(),
    ...(description === null ? {} : { description: plain(description, longestDescription) }),
    ...(join === null ? {} : { join }),
    ...(hidden === null ? {} : { hidden }),
  }
}

/** A list that the directory refused for good is not there any more. */
function outcomeOf(list: List | null): 'there' | 'refused' | null {
  if (list === null) return 'refused'
  return list.state === 'active' ? 'there' : null
}

/** Null when another list has that name; the admin has been told so. */
export async function unlessTaken<Answer>(
  { t, reply }: Turn,
  name: string,
  ask: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.reason !== 'LIST_NAME_TAKEN') throw error
    await reply({ content: t('list.nameTaken', { name }), components: [] })
    return null
  }
}
