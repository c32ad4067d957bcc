import { BotAddresses } from '../../domain/contracts/bot.ts'
import { Me } from '../../domain/contracts/link.ts'
import { Notifications, type NotificationWish } from '../../domain/contracts/notification.ts'
import type { Calling } from './as-caller.ts'

/** What concerns the member alone. */
export const ownAccountCalls = ({ read, write }: Calling) => ({
  async me(): Promise<Me> {
    return (await read('/auth/me', Me)).body
  },

  /** What the member is told of, kind by kind. */
  async notifications(): Promise<Notifications['items']> {
    return (await read('/user/notifications', Notifications)).body.items
  },

  /** True is told of, false is not; gives how all kinds are then. */
  async chooseNotifications(wish: NotificationWish): Promise<Notifications['items']> {
    return (await write('PATCH', '/user/notifications', Notifications, wish)).body.items
  },

  /** Where the member sees and changes everything about themselves, in a browser. */
  async accountUrl(): Promise<string> {
    return (await read('/bot', BotAddresses)).body.accountUrl
  },

  /** Has everything about the member deleted that is not the directory's own, their link too. */
  async forgetMe(): Promise<void> {
    await write('DELETE', '/user/data', null)
  },
})
