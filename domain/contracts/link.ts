import { type Static, Type } from 'typebox'
import { linkMethods } from '../rules/link-rights.ts'

/** What the bot tells about the Discord account that wants to be linked; the page shows it. */
export const LinkRequest = Type.Object(
  {
    discordName: Type.String({ minLength: 1, maxLength: 100 }),
    avatarUrl: Type.Optional(Type.String({ maxLength: 500 })),
    locale: Type.Enum(['en', 'zh-TW']),
  },
  { $id: 'LinkRequest', additionalProperties: false },
)
export type LinkRequest = Static<typeof LinkRequest>

/** A link attempt: the page to open, valid until `expiresAt`. */
export const LinkAttempt = Type.Object(
  {
    id: Type.String(),
    url: Type.String(),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'LinkAttempt' },
)
export type LinkAttempt = Static<typeof LinkAttempt>

/** The same, and who the account says it is: a user name of the directory. */
export const MailLinkRequest = Type.Object(
  { username: Type.String({ minLength: 1, maxLength: 256 }), ...LinkRequest.properties },
  { $id: 'MailLinkRequest', additionalProperties: false },
)
export type MailLinkRequest = Static<typeof MailLinkRequest>

/** A link attempt by mail: its code, if one was sent, is valid until `expiresAt`. */
export const MailLinkAttempt = Type.Object(
  {
    id: Type.String(),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'MailLinkAttempt' },
)
export type MailLinkAttempt = Static<typeof MailLinkAttempt>

export const LinkCode = Type.Object(
  { code: Type.String({ pattern: '^[0-9]{6}$' }) },
  { $id: 'LinkCode', additionalProperties: false },
)
export type LinkCode = Static<typeof LinkCode>

/** Who is asking: the member behind the call. */
export const Me = Type.Object(
  {
    username: Type.String(),
    displayName: Type.String(),
    isAdmin: Type.Boolean(),
    via: Type.Enum(['discord', 'web', 'api']),
  },
  { $id: 'Me' },
)
export type Me = Static<typeof Me>

/** Whom an account acts for from now on. */
export const Linked = Type.Object(
  {
    ...Me.properties,
    adminRightsUnused: Type.Optional(
      Type.Boolean({
        description:
          'an admin in the directory, but not by this link: a code from the mail does not prove enough',
      }),
    ),
  },
  { $id: 'Linked' },
)
export type Linked = Static<typeof Linked>

/** The code was right, and another account acts for that person: they are asked, by these doors, whether the link may move. */
export const LinkMoving = Type.Object(
  {
    username: Type.String(),
    displayName: Type.String(),
    askedBy: Type.Array(Type.Enum(['discord', 'mail'])),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'LinkMoving' },
)
export type LinkMoving = Static<typeof LinkMoving>

/** Whom a Discord account acts for, as admins see it. `state`: whether they are in the directory. */
export const AccountLink = Type.Object(
  {
    username: Type.String(),
    displayName: Type.String(),
    linkedAt: Type.String({ format: 'date-time' }),
    method: Type.Enum([...linkMethods]),
    state: Type.Enum(['present', 'gone']),
  },
  { $id: 'AccountLink' },
)
export type AccountLink = Static<typeof AccountLink>
