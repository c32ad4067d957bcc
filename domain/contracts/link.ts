import { type Static, Type } from 'typebox'

/** What the bot tells about the Discord account that wants to be linked; the page shows it. */
export const LinkRequest = Type.Object(
  {
    discordName: Type.String({ minLength: 1, maxLength: 100 }),
    avatarUrl: Type.Optional(Type.String({ maxLength: 500 })),
    locale: Type.Enum(['en', 'zh-TW']),
  },
  { additionalProperties: false },
)
export type LinkRequest = Static<typeof LinkRequest>

/** A link attempt: the page to open, valid until `expiresAt`. */
export const LinkAttempt = Type.Object({
  id: Type.String(),
  url: Type.String(),
  expiresAt: Type.String({ format: 'date-time' }),
})
export type LinkAttempt = Static<typeof LinkAttempt>

export const LinkCode = Type.Object(
  { code: Type.String({ pattern: '^[0-9]{6}$' }) },
  { additionalProperties: false },
)
export type LinkCode = Static<typeof LinkCode>

/** Who is asking: the member behind the call. */
export const Me = Type.Object({
  username: Type.String(),
  displayName: Type.String(),
  isAdmin: Type.Boolean(),
  via: Type.Enum(['discord', 'web', 'api']),
})
export type Me = Static<typeof Me>
