import type { Translate } from '../../texts/translate.ts'
import { ApiRefusal } from '../call-api.ts'
import { listRefusalText } from '../refusal-reply.ts'

/**
 * The sentence for something about one list, or somebody's place on it, that was refused to its manager; undefined for what is
 * refused for other reasons.
 */
export function managingRefusalText(
  t: Translate,
  error: unknown,
  { list, username }: { list: string; username: string },
): string | undefined {
  if (!(error instanceof ApiRefusal)) return undefined
  const { reason = '' } = error
  switch (reason) {
    case 'MEMBER_NOT_FOUND':
    case 'USERNAME_SHARED':
      return t(`refused.${reason}`, { username })
    case 'MEMBER_GONE':
      // As a 403 it is about the one who asks.
      return error.code === 'NOT_FOUND' ? t('refused.THEY_GONE', { username }) : undefined
    case 'FIELD_ADMINS_ONLY':
      return t('refused.FIELD_ADMINS_ONLY', { list })
    default:
      return (
        listRefusalText(t, error, list) ??
        (error.code === 'CONFLICT' ? t('refused.LIST_NOT_READY', { list }) : undefined)
      )
  }
}
