import { bringsSecret, strikeSecrets } from '../../rules/strike-secrets.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import type { Mailed } from './destination-refused.ts'
import type { NoticeBody } from './notice-body.ts'

/**
 * Records that a notice left, or that it never will, and strikes out of what is kept the codes and tokens that it brought; one that
 * failed and brought none may be sent again as it is. `inDoubt`: Discord may have taken it all the same. `mailed`: what mail says in its
 * place. Only the one who has it in hand may say so: false, when it is somebody else's.
 */
export async function endNotice(
  db: DatabaseOrTransaction,
  notice: { id: string; leaseToken: string; kind: string; body: NoticeBody },
  end:
    | { state: 'sent'; messageId?: string }
    | { state: 'failed'; error: string; inDoubt?: boolean; mailed?: Mailed },
): Promise<boolean> {
  const { id, leaseToken, kind, body } = notice
  const failed = end.state === 'failed' ? end : null
  const ended = await rows(
    db,
    `update notice set state = :state, ended_at = now(), lease_token = null, error = :error, message_id = coalesce(:messageId, message_id),
       doubtful_since = case when :inDoubt::boolean then doubtful_since end,
       body = coalesce(:struck::jsonb, case when :inDoubt::boolean then body else body - 'tried' end) - 'passedOver'
         || jsonb_strip_nulls(jsonb_build_object('mailed', :mailed::text))
     where id = :id and lease_token = :leaseToken returning 1`,
    {
      id,
      leaseToken,
      state: end.state,
      error: failed?.error ?? null,
      messageId: end.state === 'sent' ? (end.messageId ?? null) : null,
      inDoubt: failed?.inDoubt ?? false,
      mailed: failed?.mailed ?? null,
      struck: failed === null || bringsSecret(kind) ? JSON.stringify(body, withoutSecrets) : null,
    },
  )
  return ended.length > 0
}

/** Text by text: in JSON a line break stands as letters, and a number of six digits is no code. */
const withoutSecrets = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? strikeSecrets(value) : value
