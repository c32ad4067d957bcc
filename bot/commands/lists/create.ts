import type { ChatInputCommandInteraction } from 'discord.js'
import { Value } from 'typebox/value'
import { type JoinPolicy, type List, type NewList, NewListName } from '../../../domain/contracts/list.ts'
import { ApiRefusal } from '../../call-api.ts'
import { lookUntil, unlessMissing } from '../../lists/follow-list.ts'
import { plain } from '../../discord/harmless-text.ts'
import { withLdif } from '../../lists/ldif-block.ts'
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
  const isObserving = accepted.wouldWrite !== undefined
  if (accepted.state === 'creating')
    await reply({
      content: t(isObserving ? 'list.createObserve' : 'list.creating', { list }),
      components: [],
    })
  const seen = await lookUntil(turn, async () => outcomeOf(await unlessMissing(turn.api.list(list))))
  const content = t(sentences[seen?.end ?? (isObserving ? 'observed' : 'late')], { list })
  await reply({ content: withLdif(t, content, seen?.ldif), components: [] })
}

const sentences = {
  there: 'list.created',
  refused: 'list.createFailed',
  observed: 'list.createObserve',
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

/** A list that the directory refused for good is not there any more. `ldif`: what would be written, if only anything were. */
function outcomeOf(list: List | null): { end: 'there' | 'refused' | 'observed'; ldif?: string } | null {
  if (list === null) return { end: 'refused' }
  if (list.state === 'active') return { end: 'there' }
  return list.wouldWrite ? { end: 'observed', ldif: list.wouldWrite } : null
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
