import { type Static, Type } from 'typebox'
import { nullable } from './nullable.ts'
import { Severity, TopicState } from './topic.ts'

const Time = Type.String({ format: 'date-time' })

/** What a developer's program asks to be shown. The lengths are those that Discord shows. */
export const OwnNoticeRequest = Type.Object(
  {
    title: Type.String({ pattern: '\\S', maxLength: 256, description: 'one line, shown as it is' }),
    text: Type.String({
      pattern: '\\S',
      maxLength: 4000,
      description: 'Discord Markdown; it can neither mention anyone nor hide where a link leads',
    }),
    severity: Type.Enum(['info', 'warning', 'critical'], {
      description: 'what is critical may mention people, and takes an admin’s grant',
    }),
    key: Type.Optional(
      Type.String({
        pattern: '\\S',
        maxLength: 200,
        description: 'what it is about: the same one again edits the earlier notice, as long as that is open',
      }),
    ),
    fields: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ pattern: '\\S', maxLength: 256 }),
            value: Type.String({ pattern: '\\S', maxLength: 1024 }),
          },
          { additionalProperties: false },
        ),
        { maxItems: 25 },
      ),
    ),
    url: Type.Optional(Type.String({ maxLength: 1000, description: 'an http or https address' })),
    state: Type.Optional(
      Type.Enum(['open', 'resolved'], { description: 'open (the default), or resolved: it is over' }),
    ),
  },
  { $id: 'NoticeRequest', additionalProperties: false },
)
export type OwnNoticeRequest = Static<typeof OwnNoticeRequest>

export const OwnNotice = Type.Object(
  {
    id: nullable(
      Type.String({
        description: 'null where nothing was told: nothing of this key was open, or no place takes it',
      }),
    ),
    key: nullable(Type.String()),
    title: Type.String(),
    severity: Severity,
    state: TopicState,
    count: Type.Integer({ description: 'how often it was told' }),
    createdAt: nullable(Time),
    updatedAt: nullable(Time),
  },
  { $id: 'Notice' },
)
export type OwnNotice = Static<typeof OwnNotice>
