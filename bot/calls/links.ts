import { Type } from 'typebox'
import {
  AccountLink,
  LinkAttempt,
  Linked,
  LinkMoving,
  type LinkRequest,
  MailLinkAttempt,
  type MailLinkRequest,
} from '../../domain/contracts/link.ts'
import type { Calling } from './as-caller.ts'

const LinkedOrMoving = Type.Union([LinkMoving, Linked])

/** Whom a Discord account acts for. */
export const linkCalls = ({ read, write }: Calling) => ({
  async beginLink(request: LinkRequest): Promise<LinkAttempt> {
    return (await write('POST', '/links', LinkAttempt, request)).body
  },

  /** Has a code sent, if the user name is somebody's; the answer is the same if not. */
  async beginMailLink(request: MailLinkRequest): Promise<MailLinkAttempt> {
    return (await write('POST', '/links/mail', MailLinkAttempt, request)).body
  },

  /** Whom the account acts for now, or that the person was asked whether their link may move here. */
  async enterCode(code: string): Promise<{ linked: Linked } | { moving: LinkMoving }> {
    const { body } = await write('POST', '/links/code', LinkedOrMoving, { code })
    return 'askedBy' in body ? { moving: body } : { linked: body }
  },

  async unlink(): Promise<void> {
    await write('DELETE', '/links/mine', null)
  },

  /** For an account that is back in the server: its role is given again. */
  async restoreRole(): Promise<void> {
    await write('POST', '/links/mine/role', null)
  },

  /** Whom another account acts for. For admins. */
  async linkOf(account: string): Promise<AccountLink> {
    return (await read(`/admin/links/${encodeURIComponent(account)}`, AccountLink)).body
  },

  /** Ends another account's link. For admins. */
  async endLinkOf(account: string): Promise<void> {
    await write('DELETE', `/admin/links/${encodeURIComponent(account)}`, null)
  },
})
