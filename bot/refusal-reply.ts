import type { Translate } from '../texts/translate.ts'
import { ApiAway, ApiRefusal } from './call-api.ts'
import { button, row } from './discord/components.ts'
import type { Reply, Turn } from './turn.ts'

/** The sentence for something that was refused or failed, with what to do next. Total: there is one for everything. */
export function replyForError(turn: Turn, error: unknown): Reply {
  const { t } = turn
  if (error instanceof ApiAway) {
    turn.log.warn({ err: error }, 'the API is away')
    return { content: t(error.maybeDone ? 'refused.awayMaybe' : 'refused.away') }
  }
  if (error instanceof ApiRefusal) {
    const known = replyForRefusal(t, error)
    if (known) return known
  }
  turn.log.error({ err: error }, 'an interaction could not be answered as it should')
  return { content: t('crash', { id: turn.id }) }
}

function replyForRefusal(t: Translate, refusal: ApiRefusal): Reply | undefined {
  switch (refusal.reason ?? '') {
    case 'MIRROR_MISSING':
      return { content: t('refused.MIRROR_MISSING', { when: retryTime(refusal) }) }
    case 'MEMBER_GONE':
      return { content: t('refused.MEMBER_GONE') }
    case 'LINK_WITHOUT_RIGHTS':
      return { content: t('refused.LINK_WITHOUT_RIGHTS'), components: [] }
    case 'NOT_WAITING':
      return { content: t('refused.NOT_WAITING'), components: [] }
    case 'ALREADY_LINKED':
      return { content: t('link.already'), components: [] }
    default:
      return replyForCode(t, refusal)
  }
}

function replyForCode(t: Translate, refusal: ApiRefusal): Reply | undefined {
  switch (refusal.code) {
    case 'NOT_LINKED':
      return notLinkedReply(t)
    case 'TOO_MANY_REQUESTS':
    case 'UNAVAILABLE':
      return { content: t(`refused.${refusal.code}`, { when: retryTime(refusal) }) }
    case 'PERMISSION_DENIED':
    case 'NOT_FOUND':
    case 'CONFLICT':
      return { content: t(`refused.${refusal.code}`), components: [] }
    default:
      return undefined
  }
}

/** What `/link` is, with a button that begins it at once. */
function notLinkedReply(t: Translate): Reply {
  return {
    content: t('link.notLinked'),
    components: [row(button('link:start', t('button.startLink'), 'main'))],
  }
}

/** When to try again, as Discord shows it in the reader's own words ("in 2 minutes"). */
export function retryTime({ retryAfterS = 60 }: ApiRefusal): string {
  return `<t:${Math.ceil(Date.now() / 1000 + retryAfterS)}:R>`
}

/**
 * The sentence for a list that can't be changed as wished; undefined when the refusal is about something else.
 */
export function listRefusalText(
  t: Translate,
  { code, reason }: ApiRefusal,
  list: string,
): string | undefined {
  if (reason === 'LIST_CLOSED' || reason === 'LIST_DELETING') return t(`refused.${reason}`, { list })
  const noSuchList = reason === 'LIST_NOT_FOUND' || code === 'VALIDATION_ERROR'
  return noSuchList ? t('refused.LIST_NOT_FOUND', { list }) : undefined
}
