import { ComponentType, TextInputStyle } from 'discord.js'
import type { Linked, LinkMoving } from '../../domain/contracts/link.ts'
import { ApiRefusal } from '../call-api.ts'
import { button, row } from '../discord/components.ts'
import { retryTime } from '../refusal-reply.ts'
import type { Asking, Press, Reply, Turn } from '../turn.ts'

/** Where the six digits are typed, from wherever they came. */
export function codeModal({ t }: Asking) {
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

/** Confirms a link with what was typed there. */
export async function enterCode(turn: Turn, { field }: Press): Promise<void> {
  const { t } = turn
  const code = codeIn(field('code'))
  if (code === null) return turn.reply({ content: t('link.codeShape') })
  const entered = await enter(turn, code)
  if (entered === null) return
  turn.lists.forget(turn.user.id)
  await turn.reply(
    'moving' in entered ? movingReply(turn, entered.moving) : linkedReply(turn, entered.linked),
  )
}

function linkedReply({ t }: Turn, { displayName, username, adminRightsUnused }: Linked): Reply {
  const done = t('link.done', { displayName, username })
  return {
    content: adminRightsUnused === true ? `${done}\n${t('link.adminByPage')}` : done,
    components: [row(button('subscriptions:show', t('button.showLists'), 'main'))],
  }
}

/** The person has another account: where it was asked whether the link may move here. */
function movingReply({ t }: Turn, { username, askedBy, expiresAt }: LinkMoving): Reply {
  const key = askedBy.includes('mail') ? 'link.moving.both' : 'link.moving.discord'
  return { content: t(key, { username, until: timeOf(expiresAt) }), components: [] }
}

/** Null when the code was refused; the member has been told how to go on. */
async function enter(turn: Turn, code: string) {
  try {
    return await turn.api.enterCode(code)
  } catch (error) {
    const reply = error instanceof ApiRefusal ? codeRefusal(turn, error) : undefined
    if (!reply) throw error
    await turn.reply(reply)
    return null
  }
}

/** Where the same code may still be typed, the buttons stay as they are. */
function codeRefusal(turn: Turn, refusal: ApiRefusal): Reply | undefined {
  const { t } = turn
  const again = pageRow(turn)
  switch (refusal.reason ?? '') {
    case 'CODE_WRONG':
      return wrongCode(turn, refusal)
    case 'LINK_NOT_PROVEN':
      return { content: t('link.notProven') }
    case 'LINK_EXPIRED':
    case 'LINK_NOT_BEGUN':
      return { content: t('link.codeExpired'), components: again }
    case 'LINK_MOVING':
      return { content: t('link.stillMoving'), components: again }
    case 'MEMBER_GONE':
      return { content: t('link.memberGone'), components: again }
    default:
      return undefined
  }
}

/** After the last code from a mail the account has to wait. */
function wrongCode(turn: Turn, refusal: ApiRefusal): Reply {
  const { t } = turn
  const tries = Number(refusal.details['triesLeft'])
  if (tries > 0) return { content: t('link.codeWrong', { tries }) }
  if (refusal.retryAfterS === undefined) return { content: t('link.codeSpent'), components: pageRow(turn) }
  return { content: t('link.mailSpent', { when: retryTime(refusal) }), components: [] }
}

/** A way to begin anew, on the page. */
export const pageRow = ({ t }: Asking) => [row(button('link:start', t('button.startLink'), 'main'))]

/** A time of a day, as Discord shows it in the reader's own zone. */
export const timeOf = (iso: string): string => `<t:${Math.floor(Date.parse(iso) / 1000)}:t>`

/** Full-width digits, as a Chinese keyboard types them, count; blanks and dashes between them don't matter. */
function codeIn(typed: string): string | null {
  const code = typed.normalize('NFKC').replaceAll(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(code) ? code : null
}
