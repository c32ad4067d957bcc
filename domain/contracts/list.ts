import { type Static, Type } from 'typebox'

export const JoinPolicy = Type.Enum(['open', 'approval', 'closed'])
export type JoinPolicy = Static<typeof JoinPolicy>

export const ListState = Type.Enum(['creating', 'active', 'deleting'])
export type ListState = Static<typeof ListState>

/** A list as members see it; `memberCount` and `owners` are there for its owners and for admins only. */
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
  },
  { $id: 'List' },
)
export type List = Static<typeof List>

/** A list's name in an address. Any name that the directory holds may be asked for; control characters may not. */
export const ListName = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })
