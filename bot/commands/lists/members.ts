import type { ChatInputCommandInteraction } from 'discord.js'
import { managingRefusalText } from '../../lists/managing-refusal.ts'
import { membersPage, membersPerPage } from '../../lists/members-page.ts'
import type { Leafing } from '../../lists/page-memory.ts'
import type { Press, Turn } from '../../turn.ts'

export async function showMembers(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const list = options.getString('list', true)
  const q = (options.getString('search') ?? '').trim()
  await show(turn, { key: turn.id, page: 0, leafing: { list, q, cursors: [null] } })
}

/** To another page, by a button that carries which leafing it belongs to. */
export async function leafThroughMembers(turn: Turn, { argument }: Press): Promise<void> {
  const [key = '', number = ''] = argument.split(':')
  const page = Number.parseInt(number, 10)
  const leafing = turn.pages.recall(key)
  if (leafing?.cursors[page] === undefined)
    return turn.reply({ content: turn.t('refused.stale'), components: [] })
  try {
    await show(turn, { key, page, leafing })
  } catch (error) {
    const content = managingRefusalText(turn.t, error, { list: leafing.list, username: '' })
    if (content === undefined) throw error
    await turn.reply({ content, components: [] })
  }
}

async function show(
  turn: Turn,
  { key, page, leafing }: { key: string; page: number; leafing: Leafing },
): Promise<void> {
  const { list, q, cursors } = leafing
  const cursor = cursors[page] ?? null
  const { items, nextCursor } = await turn.api.listMembers(list, { limit: membersPerPage, q, cursor })
  const seen = cursors.slice(0, page + 1)
  turn.pages.remember(key, { list, q, cursors: nextCursor === null ? seen : [...seen, nextCursor] })
  await turn.reply(membersPage(turn.t, items, { list, q, key, page, isLast: nextCursor === null }))
}
