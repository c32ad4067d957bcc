import { type Static, Type } from 'typebox'

export const JoinPolicy = Type.Enum(['open', 'approval', 'closed'])
export type JoinPolicy = Static<typeof JoinPolicy>

export const ListState = Type.Enum(['creating', 'active', 'deleting'])
export type ListState = Static<typeof ListState>

const wouldWrite = Type.Optional(
  Type.String({
    description:
      'only while WRITES=off keeps back what was asked about its entry: the LDIF that would be written, empty until a worker has looked',
  }),
)

/** A list as members see it; `memberCount`, `owners` and `wouldWrite` are there for its owners and for admins only. */
export const List = Type.Object(
  {
    name: Type.String(),
    displayName: Type.String(),
    description: Type.String(),
    join: JoinPolicy,
    source: Type.Literal('ldap'),
    state: ListState,
    memberCount: Type.Optional(Type.Integer()),
    owners: Type.Optional(Type.Array(Type.String())),
    wouldWrite,
  },
  { $id: 'List' },
)
export type List = Static<typeof List>

/** What happens to an edit that another tool makes: the mirror follows it, or follows and reports it. */
export const DriftPolicy = Type.Enum(['adopt', 'report'])
export type DriftPolicy = Static<typeof DriftPolicy>

/** A list as its owners and admins see it. */
export const ManagedList = Type.Object(
  {
    ...List.properties,
    memberCount: Type.Integer(),
    owners: Type.Array(Type.String({ description: 'a user name' })),
    hidden: Type.Boolean({ description: 'seen only by who is on it, by its owners and by admins' }),
    drift: DriftPolicy,
    managed: Type.Optional(
      Type.Boolean({ description: 'false: left alone, and shown to admins only, until one takes it back' }),
    ),
  },
  { $id: 'ManagedList' },
)
export type ManagedList = Static<typeof ManagedList>

/** The name of a list that is created or renamed here. */
export const NewListName = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$' })

/** Without control characters, which a message or an LDAP value would show oddly. */
const Description = Type.String({ maxLength: 500, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })

/** A list to be created, as a real entry of the directory. */
export const NewList = Type.Object(
  {
    name: NewListName,
    description: Type.Optional(Description),
    join: Type.Optional(JoinPolicy),
    hidden: Type.Optional(Type.Boolean()),
  },
  { $id: 'NewList', additionalProperties: false },
)
export type NewList = Static<typeof NewList>

/**
 * What may be changed about a list, at least one of them. `name` and `description` are the directory's: a worker writes them there
 * (a class that holds no description has it kept here). `managed: false` makes it no list of ours any more.
 */
export const ListSettings = Type.Object(
  {
    name: Type.Optional(NewListName),
    description: Type.Optional(Description),
    managed: Type.Optional(Type.Boolean()),
    join: Type.Optional(JoinPolicy),
    hidden: Type.Optional(Type.Boolean()),
    drift: Type.Optional(DriftPolicy),
  },
  { $id: 'ListSettings', additionalProperties: false, minProperties: 1 },
)
export type ListSettings = Static<typeof ListSettings>

/** Somebody who is on a list, as the directory last said; `since` is when that was first seen here. */
export const ListMember = Type.Object(
  {
    username: Type.String(),
    displayName: Type.String(),
    since: Type.String({ format: 'date-time' }),
  },
  { $id: 'ListMember' },
)
export type ListMember = Static<typeof ListMember>

/** A list's name in an address. Any name that the directory holds may be asked for; control characters may not. */
export const ListName = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'the name of the list',
})
