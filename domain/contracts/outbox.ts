import { type Static, Type } from 'typebox'
import { nullable } from './nullable.ts'
import { PageQuery } from './page.ts'

/** Dead letters that are older than this are nobody's news any more: they are neither counted nor sent again without being named. */
export const deadLetterDays = 7

/** A message or mail that waits or could not be sent. What it says to members is nobody else's business, and not in here. */
export const OutboxItem = Type.Object(
  {
    id: Type.String(),
    type: Type.Enum(['message', 'mail']),
    kind: Type.String({ description: 'topic, alert, notice, change-ended, asked, link.ended, …' }),
    about: nullable(Type.String({ description: 'the alert, or source and event of the notice' })),
    to: Type.Object({
      kind: Type.Enum(['channel', 'member', 'mail']),
      id: Type.String({ description: 'of the channel or the Discord account, or the mail address' }),
    }),
    state: Type.Enum(['queued', 'failed']),
    attempts: Type.Integer(),
    error: nullable(Type.String()),
    canResend: Type.Boolean({
      description: 'false while it waits, and where it brought a code or link that is struck out by now',
    }),
    createdAt: Type.String({ format: 'date-time' }),
    failedAt: nullable(Type.String({ format: 'date-time' })),
  },
  { $id: 'OutboxItem' },
)
export type OutboxItem = Static<typeof OutboxItem>

export const OutboxQuery = Type.Object({
  limit: PageQuery.properties.limit,
  cursor: PageQuery.properties.cursor,
  state: Type.Optional(Type.Enum(['queued', 'failed'], { default: 'failed' })),
})

/** Which ones are sent again. */
export const Resend = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ format: 'uuid' }), {
        minItems: 1,
        maxItems: 200,
        description: `without it all that failed in the last ${deadLetterDays} days`,
      }),
    ),
  },
  { $id: 'Resend', additionalProperties: false },
)

export const Resent = Type.Object({ resent: Type.Integer() }, { $id: 'Resent' })
export type Resent = Static<typeof Resent>
