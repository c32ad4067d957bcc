import type { ChatInputCommandInteraction } from 'discord.js'
import type { NewNoticeRule, RulePlace } from '../../../domain/contracts/notice-rule.ts'
import type { NoticeSource, Severity } from '../../../domain/contracts/topic.ts'
import type { TextKey } from '../../../texts/translate.ts'
import type { Turn } from '../../turn.ts'
import { lackingIn } from './lacking-in.ts'
import { ruleWords } from './rule-words.ts'

/** Adds a rule, and says at once if the bot may not write where it leads. */
export async function addRule(turn: Turn, interaction: ChatInputCommandInteraction): Promise<void> {
  const { t, reply, api } = turn
  const wanted = ruleOf(interaction)
  if ('wrong' in wanted) return reply({ content: t(wanted.wrong), components: [] })
  const rule = await api.addNoticeRule(wanted.rule)
  const lines = [t('rules.added', { rule: ruleWords(t, rule) })]
  if (rule.place.kind === 'channel') {
    const { id } = rule.place
    const missing = lackingIn(interaction.guild, id, rule.mention)
    if (missing.length > 0)
      lines.push(t('rules.lacking', { channel: `<#${id}>`, missing: missing.join(t('names.between')) }))
  }
  await reply({ content: lines.join('\n'), components: [] })
}

type Wrong = {
  wrong: Extract<
    TextKey,
    'rules.onePlace' | 'rules.oneMention' | 'rules.mentionEveryone' | 'rules.mentionNeedsChannel'
  >
}

function ruleOf({ options, guildId }: ChatInputCommandInteraction): { rule: NewNoticeRule } | Wrong {
  const places = placesOf(options)
  const [place] = places
  if (place === undefined || places.length > 1) return { wrong: 'rules.onePlace' }
  const role = options.getRole('mention')
  const isHere = options.getBoolean('here') === true
  if (role !== null && isHere) return { wrong: 'rules.oneMention' }
  // The role that everybody has goes by the server's id.
  if (role !== null && role.id === guildId) return { wrong: 'rules.mentionEveryone' }
  const mention = isHere ? 'here' : role?.id
  if (mention !== undefined && place.kind !== 'channel') return { wrong: 'rules.mentionNeedsChannel' }
  return { rule: { ...asksOf(options), place, ...(mention === undefined ? {} : { mention }) } }
}

type Options = ChatInputCommandInteraction['options']

function placesOf(options: Options): RulePlace[] {
  const channel = options.getChannel('channel')
  const mail = options.getString('mail')?.trim().toWellFormed()
  return [
    ...(channel === null ? [] : [{ kind: 'channel' as const, id: channel.id }]),
    ...(mail === undefined ? [] : [{ kind: 'mail' as const, id: mail }]),
    ...(options.getBoolean('nowhere') === true ? [{ kind: 'nowhere' as const }] : []),
  ]
}

function asksOf(options: Options): Omit<NewNoticeRule, 'place' | 'mention'> {
  const source = options.getString('source') as NoticeSource | null
  const severity = options.getString('severity') as Severity | null
  const pattern = (name: 'event' | 'repository' | 'branch') => {
    const value = options.getString(name)?.trim().toWellFormed() ?? ''
    return value === '' ? {} : { [name]: value }
  }
  return {
    ...(source === null ? {} : { source }),
    ...pattern('event'),
    ...pattern('repository'),
    ...pattern('branch'),
    ...(severity === null ? {} : { severity }),
  }
}
