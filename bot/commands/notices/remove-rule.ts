import type { AutocompleteInteraction, ChatInputCommandInteraction } from 'discord.js'
import { offerInTime } from '../../lists/offer-in-time.ts'
import type { Asking, Choice, Turn } from '../../turn.ts'
import { ruleChoice, ruleWords } from './rule-words.ts'

const mostChoices = 25
/** How long the API may take when nobody waits any more. */
const patienceMs = 3_000

/** Removes the rule that was chosen. One that was typed instead counts by its number in the list. */
export async function removeRule(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const { t, reply, api } = turn
  const named = options.getString('rule', true).trim()
  const { items } = await api.noticeRules()
  const rule = items.find(({ id }, index) => named === id || named === String(index + 1))
  if (rule === undefined) return reply({ content: t('rules.gone'), components: [] })
  await api.removeNoticeRule(rule.id)
  await reply({ content: t('rules.removed', { rule: ruleWords(t, rule) }), components: [] })
}

/** The rules that hold what was typed, by their numbers in the list. */
export function completeRules(asking: Asking, interaction: AutocompleteInteraction): Promise<Choice[]> {
  const { t, api } = asking
  const channelName = (id: string) => interaction.guild?.channels.cache.get(id)?.name
  return offerInTime(asking, interaction.options.getFocused(), async (q) => {
    const { items } = await api.noticeRules(patienceMs)
    return items
      .map((rule, index) => ({ name: ruleChoice(t, rule, index + 1, channelName), value: rule.id }))
      .filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
      .slice(0, mostChoices)
  })
}
