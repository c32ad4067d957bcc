import { type Static, Type } from 'typebox'

const snowflake = Type.String({ pattern: '^[0-9]{17,20}$' })

/** What the bot was told that it belongs to. */
export const BotIntroduction = Type.Object(
  { appEnv: Type.Enum(['dev', 'prod']), applicationId: snowflake, guildId: snowflake },
  { additionalProperties: false },
)
export type BotIntroduction = Static<typeof BotIntroduction>
