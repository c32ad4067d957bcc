import { type Static, Type } from 'typebox'
import type { Change } from './change.ts'
import type { JoinPolicy } from './list.ts'

/**
 * What members are told without having asked, kind by kind, and what they may switch off: that somebody else put them on a list or took
 * them off, that a request of theirs was decided, that one failed, that somebody asks to join a list that they own. What tells of links can't
 * be switched off: it guards the account.
 */
export const notificationKinds = ['added-or-removed', 'decided', 'failed', 'asked'] as const
export const NotificationKind = Type.Enum([...notificationKinds])
export type NotificationKind = (typeof notificationKinds)[number]

export const Notification = Type.Object(
  { kind: NotificationKind, on: Type.Boolean() },
  { $id: 'Notification' },
)

export const Notifications = Type.Object({ items: Type.Array(Notification) }, { $id: 'Notifications' })
export type Notifications = Static<typeof Notifications>

/** The kinds that change: true is told, false is not. */
export const NotificationWish = Type.Object(
  {
    'added-or-removed': Type.Optional(Type.Boolean()),
    decided: Type.Optional(Type.Boolean()),
    failed: Type.Optional(Type.Boolean()),
    asked: Type.Optional(Type.Boolean()),
  } satisfies Record<NotificationKind, unknown>,
  { $id: 'NotificationWish', additionalProperties: false },
)
export type NotificationWish = Static<typeof NotificationWish>

/** One thing that a member is told: how a request of their own ended, where somebody else put them, or who asks to join a list of theirs. */
export type News = OwnNews | PlaceNews | AskedNews

/** `decided`: somebody else let it go on or denied it. */
export type OwnNews = { about: 'request'; change: Change; decided: boolean }

/** `member`: the user name of who asks. */
export type AskedNews = { about: 'asked'; list: string; member: string }

export type PlaceNews = {
  about: 'place'
  listId: string
  list: string
  join: JoinPolicy
  way: 'joined' | 'parted'
  /** An admin or an owner here, or another tool in the directory. */
  by: 'admin' | 'tool'
}
