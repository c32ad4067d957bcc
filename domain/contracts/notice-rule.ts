import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { pageOf } from './page.ts'
import { NoticeSource, Severity } from './topic.ts'

const pattern = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 100, description }))
const mentionable = Type.String({ pattern: '^(here|[0-9]{17,20})$', description: 'a role’s id, or `here`' })

/** What a rule asks for; what it leaves out may be anything. In a pattern, `*` is any number of characters. */
const asks = {
  source: Type.Optional(NoticeSource),
  event: pattern('such as `workflow_run.failed` or `pull_request.*`; without one, what is told by default'),
  repository: pattern('such as `example/site` or `example/*`'),
  branch: pattern('such as `main` or `release/*`'),
  severity: Type.Optional(Severity),
}

/** Where what a rule asks for goes: a channel or thread by its id, a mail address, or nowhere. */
export const RulePlace = Type.Union(
  [
    Type.Object(
      { kind: Type.Literal('channel'), id: Type.String({ pattern: '^[0-9]{17,20}$' }) },
      { additionalProperties: false },
    ),
    Type.Object(
      { kind: Type.Literal('mail'), id: Type.String({ minLength: 3, maxLength: 320 }) },
      { additionalProperties: false },
    ),
    Type.Object({ kind: Type.Literal('nowhere') }, { additionalProperties: false }),
  ],
  { $id: 'RulePlace' },
)
export type RulePlace = Static<typeof RulePlace>

/**
 * A rule that an admin sets. A notice goes to the place of every rule that asks for it, once to each, and to the default place where none
 * does; a rule with the place `nowhere` keeps it from every place. `severity`: at least this one. `mention`: pinged by critical ones
 * that begin.
 */
export const NewNoticeRule = Type.Object(
  { ...asks, place: RulePlace, mention: Type.Optional(mentionable) },
  { $id: 'NewNoticeRule', additionalProperties: false },
)
export type NewNoticeRule = Static<typeof NewNoticeRule>

export const NoticeRule = Type.Object(
  {
    id: Type.String(),
    source: nullable(NoticeSource),
    event: nullable(Type.String()),
    repository: nullable(Type.String()),
    branch: nullable(Type.String()),
    severity: nullable(Severity),
    place: RulePlace,
    mention: nullable(Type.String()),
    createdBy: nullable(Type.String({ description: 'a user name' })),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'NoticeRule' },
)
export type NoticeRule = Static<typeof NoticeRule>

/** An example, to see where it would go. */
export const NoticeExample = Type.Object(
  {
    source: NoticeSource,
    event: Type.String({ minLength: 1, maxLength: 100 }),
    repository: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    branch: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    severity: Type.Optional(Severity),
  },
  { $id: 'NoticeExample', additionalProperties: false },
)
export type NoticeExample = Static<typeof NoticeExample>

const NoticePlace = Type.Object(
  {
    kind: Type.Enum(['channel', 'mail']),
    id: Type.String(),
    mention: nullable(Type.String({ description: 'whom it pings as it begins' })),
  },
  // No $id: an answer has several, and what writes answers knows each id once.
  { title: 'NoticePlace' },
)

/** A page of the rules, the oldest first, and where what none of all asks for goes; null: nowhere, for want of a channel. */
export const NoticeRules = Type.Object(
  {
    ...pageOf(NoticeRule).properties,
    defaults: Type.Object({
      alerts: nullable(NoticePlace),
      others: nullable(NoticePlace),
    }),
  },
  { $id: 'NoticeRules' },
)
export type NoticeRules = Static<typeof NoticeRules>

/** Where it would go, and by which rules; none: the default place. */
export const NoticeRoute = Type.Object(
  {
    places: Type.Array(NoticePlace),
    rules: Type.Array(Type.String({ description: 'the ids of the rules that ask for it' })),
  },
  { $id: 'NoticeRoute' },
)
export type NoticeRoute = Static<typeof NoticeRoute>
