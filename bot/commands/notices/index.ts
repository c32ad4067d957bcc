import type { ChatInputCommandInteraction } from 'discord.js'
import { ApiRefusal } from '../../call-api.ts'
import type { Translate } from '../../../texts/translate.ts'
import type { Command, Turn } from '../../turn.ts'
import { addRule } from './add-rule.ts'
import { allowNotices } from './allow.ts'
import { completeEvents } from './complete-events.ts'
import { resendFailed, showFailed } from './dead-letters.ts'
import { describeNotices } from './describe.ts'
import { leafThroughRules, listRules } from './list-rules.ts'
import { completeRules, removeRule } from './remove-rule.ts'
import { testRules } from './test-rules.ts'

type Subcommand = (turn: Turn, interaction: ChatInputCommandInteraction) => Promise<void>

const subcommands: Readonly<Record<string, Subcommand>> = {
  'rule add': addRule,
  'rule list': listRules,
  'rule remove': removeRule,
  'rule test': testRules,
  allow: allowNotices,
  failed: showFailed,
  resend: resendFailed,
}

/** Everybody sees the command; that only admins may use it, the API says. */
export const notices: Command = {
  name: 'notices',
  definition: describeNotices,
  async run(turn, interaction) {
    const { options } = interaction
    const path = [options.getSubcommandGroup(), options.getSubcommand()].filter((step) => step !== null)
    const subcommand = subcommands[path.join(' ')]
    if (subcommand === undefined) throw new Error('Discord sent a subcommand that was never registered')
    try {
      await subcommand(turn, interaction)
    } catch (error) {
      const content = refusalText(turn.t, error, options.getString('mail') ?? '')
      if (content === undefined) throw error
      await turn.reply({ content, components: [] })
    }
  },
  complete: async (asking, interaction) => {
    const { options } = interaction
    if (options.getFocused(true).name === 'rule') return completeRules(asking, interaction)
    return completeEvents(interaction, { patterns: options.getSubcommand() === 'add' })
  },
  controls: {
    page: { kind: 'act', run: leafThroughRules },
    resend: { kind: 'act', run: resendFailed },
  },
}

/** The sentence for a rule that was refused; undefined for what is refused for other reasons. */
function refusalText(t: Translate, error: unknown, address: string): string | undefined {
  if (!(error instanceof ApiRefusal)) return undefined
  switch (error.reason ?? '') {
    case 'MAIL_ADDRESS_INVALID':
      return t('rules.badMail', { address })
    case 'RULE_EXISTS':
      return t('rules.exists')
    case 'TOO_MANY_RULES':
      return t('rules.tooMany', { limit: Number(error.details['limit'] ?? 0) })
    case 'RULE_NOT_FOUND':
      return t('rules.gone')
    default:
      return error.code === 'VALIDATION_ERROR' ? t('rules.invalid') : undefined
  }
}
