import { ComponentType, TextInputStyle } from 'discord.js'
import { ApiRefusal } from '../call-api.ts'
import { button, linkButton, row } from '../components.ts'
import { describeCommand } from '../describe-command.ts'
import { plain } from '../harmless-text.ts'
import type { Asking, Command, Press, Reply, Turn } from '../turn.ts'

export const link: Command = {
  name: 'link',
  definition: (texts) => describeCommand(texts, 'link'),
  run: begin,
  controls: {
    start: { kind: 'act', run: begin },
    code: { kind: 'ask', modal: codeModal },
    submit: { kind: 'act', run: enterCode },
  },
}

async function begin(turn: Turn): Promise<void> {
  const { t, user } = turn
  const attempt = await turn.api.beginLink({
    discordName: plain(`${user.name} (@${user.username})`, 100),
    avatarUrl: user.avatarUrl,
    locale: turn.locale,
  })
  const until = `<t:${Math.floor(Date.parse(attempt.expiresAt) / 1000)}:t>`
  await turn.reply({
    content: t('link.begin', { until }),
    components: [
      row(linkButton(attempt.url, t('button.openPage')), button('link:code', t('button.enterCode'), 'main')),
    ],
  })
}

function codeModal({ t }: Asking) {
  return {
    custom_id: 'link:submit',
    title: t('modal.code.title'),
    components: [
      {
        type: ComponentType.Label as const,
        label: t('modal.code.label'),
        component: {
          type: ComponentType.TextInput as const,
          custom_id: 'code',
          style: TextInputStyle.Short,
          min_length: 6,
          max_length: 12,
          placeholder: '123456',
        },
      },
    ],
  }
}

async function enterCode(turn: Turn, { field }: Press): Promise<void> {
  const { t } = turn
  const code = codeIn(field('code'))
  if (code === null) return turn.reply({ content: t('link.codeShape') })
  const me = await linked(turn, code)
  if (me === null) return
  turn.lists.forget(turn.user.id)
  await turn.reply({
    content: t('link.done', { displayName: me.displayName, username: me.username }),
    components: [row(button('subscriptions:show', t('button.showLists'), 'main'))],
  })
}

/** Null when the code was refused; the member has been told how to go on. */
async function linked(turn: Turn, code: string) {
  try {
    return await turn.api.enterCode(code)
  } catch (error) {
    const reply = error instanceof ApiRefusal ? codeRefusal(turn, error) : undefined
    if (!reply) throw error
    await turn.reply(reply)
    return null
  }
}

/** Where the same page may still be used, its buttons stay as they are. */
function codeRefusal({ t }: Turn, { reason, details }: ApiRefusal): Reply | undefined {
  const again = [row(button('link:start', t('button.startLink'), 'main'))]
  switch (reason ?? '') {
    case 'CODE_WRONG': {
      const tries = Number(details['triesLeft'])
      return tries > 0
        ? { content: t('link.codeWrong', { tries }) }
        : { content: t('link.codeSpent'), components: again }
    }
    case 'LINK_NOT_PROVEN':
      return { content: t('link.notProven') }
    case 'LINK_EXPIRED':
    case 'LINK_NOT_BEGUN':
      return { content: t('link.codeExpired'), components: again }
    case 'MEMBER_GONE':
      return { content: t('link.memberGone'), components: again }
    default:
      return undefined
  }
}

/** Full-width digits, as a Chinese keyboard types them, count; blanks and dashes between them don't matter. */
function codeIn(typed: string): string | null {
  const code = typed.normalize('NFKC').replaceAll(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(code) ? code : null
}
