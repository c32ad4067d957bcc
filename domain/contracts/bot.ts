import { type Static, Type } from 'typebox'

const snowflake = Type.String({ pattern: '^[0-9]{17,20}$' })

/** What the bot was told that it belongs to, and once it is there, the language of its server. */
export const BotIntroduction = Type.Object(
  {
    appEnv: Type.Enum(['dev', 'prod']),
    applicationId: snowflake,
    guildId: snowflake,
    locale: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$',
        description: 'The language of the server, as Discord names it; channels are told in it.',
      }),
    ),
  },
  { $id: 'BotIntroduction', additionalProperties: false },
)
export type BotIntroduction = Static<typeof BotIntroduction>

/** What the bot shows to members of the pages in a browser. */
export const BotAddresses = Type.Object(
  {
    accountUrl: Type.String({
      description: 'the page where a member sees and changes everything about themselves',
    }),
  },
  { $id: 'BotAddresses' },
)

/** Asks for the lease that one bot has at a time, or for more of it. */
export const BotLease = Type.Object(
  {
    token: Type.String({
      format: 'uuid',
      description: 'Which bot asks: of its own making, anew at each start.',
    }),
    forMs: Type.Integer({
      minimum: 0,
      maximum: 120_000,
      description: 'How long it has the lease unless it asks again; 0 gives it back.',
    }),
  },
  { $id: 'BotLease', additionalProperties: false },
)
export type BotLease = Static<typeof BotLease>
