import { type Static, Type } from 'typebox'
import { Change } from './change.ts'
import { Scope } from './identity.ts'
import { auditFields } from './audit.ts'
import { nullable } from './nullable.ts'

const Time = Type.String({ format: 'date-time' })
const listOf = <Fields extends Type.TProperties>(fields: Fields) => Type.Array(Type.Object(fields))

/** What the directory says of them, as it was last read, and what we add to it. */
const Profile = Type.Object({
  id: Type.String({ description: 'by which everything else here knows them' }),
  directoryId: Type.String({ description: 'the entryUUID in the directory' }),
  dn: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  mails: Type.Array(Type.String()),
  gidNumber: nullable(Type.Integer()),
  isAdmin: Type.Boolean(),
  isAdminInDirectory: Type.Boolean(),
  mayMakeNoticeTokens: Type.Boolean(),
  maySendCriticalNotices: Type.Boolean(),
  muted: Type.Array(Type.String(), { description: 'the kinds of messages that they don’t want' }),
  state: Type.Enum(['present', 'gone']),
  goneAt: nullable(Time),
  firstSeenAt: Time,
  updatedAt: Time,
})

/** Mail and messages that went to them; one-time codes and links in a text are struck out. */
const sent = { text: Type.String(), state: Type.String(), createdAt: Time, endedAt: nullable(Time) }

/** Everything that is held about a member, without secrets and their hashes. */
export const OwnData = Type.Object(
  {
    exportedAt: Time,
    profile: Profile,
    adminOverride: nullable(
      Type.Object({
        isAdmin: Type.Boolean({ description: 'granted (true) or taken (false) by an operator' }),
        createdAt: Time,
      }),
    ),
    ownedLists: listOf({ list: Type.String(), since: Time }),
    memberships: listOf({ list: Type.String(), since: Time }),
    links: listOf({
      id: Type.String(),
      discordUserId: Type.String(),
      locale: Type.String(),
      method: Type.String(),
      linkedAt: Time,
      leavingToldAt: nullable(Time),
      unlinkedAt: nullable(Time),
      unlinkReason: nullable(Type.String()),
    }),
    linkAttempts: listOf({
      id: Type.String(),
      discordUserId: Type.String(),
      discordName: Type.String(),
      avatarUrl: nullable(Type.String()),
      locale: Type.String(),
      method: Type.String(),
      state: Type.String(),
      createdAt: Time,
      expiresAt: Time,
    }),
    changes: Type.Array(Change, { description: 'about them, or asked for by them' }),
    sessions: listOf({
      id: Type.String(),
      address: Type.String({ description: 'the network that it was opened from' }),
      agent: Type.String(),
      createdAt: Time,
      seenAt: Time,
      expiresAt: Time,
    }),
    tokens: listOf({
      id: Type.String(),
      name: Type.String(),
      scopes: Type.Array(Scope),
      createdAt: Time,
      lastUsedAt: nullable(Time),
      expiresAt: Time,
      revokedAt: nullable(Time),
    }),
    seenOnLists: listOf({
      list: Type.String(),
      way: Type.Enum(['joined', 'parted'], { description: 'by another tool, in the directory' }),
      at: Time,
    }),
    acknowledgedIncidents: listOf({ id: Type.String(), kind: Type.String(), acknowledgedAt: nullable(Time) }),
    noticeRules: listOf({ id: Type.String({ description: 'a rule that they made' }), createdAt: Time }),
    notices: listOf({
      id: Type.String({ description: 'a notice that a program of theirs sent' }),
      key: nullable(Type.String()),
      token: Type.String({ description: 'the name of the token that it used' }),
      title: Type.String(),
      text: Type.String(),
      fields: listOf({ name: Type.String(), value: Type.String() }),
      url: nullable(Type.String()),
      severity: Type.String(),
      state: Type.String(),
      count: Type.Integer(),
      createdAt: Time,
      updatedAt: Time,
    }),
    messages: listOf({ id: Type.String(), kind: Type.String(), discordUserId: Type.String(), ...sent }),
    mails: listOf({
      id: Type.String(),
      kind: Type.String(),
      to: Type.String(),
      subject: Type.String(),
      ...sent,
    }),
    idempotencyKeys: listOf({ operation: Type.String(), key: Type.String(), createdAt: Time }),
    audit: listOf(auditFields),
  },
  { $id: 'OwnData' },
)
export type OwnData = Static<typeof OwnData>
